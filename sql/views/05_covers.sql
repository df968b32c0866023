-- What a rule covers: values of facts that a tie of its row confirms. A rule lists them in its column `covers`.

-- Moves says by how much the difference of the row moves when the value moves by one: 1 for an addend.
CREATE MACRO covered(fact, member, column_name, moves) AS
  {'fact': fact::VARCHAR, 'member': member::VARCHAR, 'column_name': column_name::VARCHAR, 'moves': moves::DOUBLE};
COMMENT ON MACRO covered IS 'One value that a row of a rule covers, and by how much its difference moves when the value moves by one.';

CREATE MACRO covers(fact, member, column_names) AS
  list_transform(column_names, lambda x: covered(fact, member, x, 1));
COMMENT ON MACRO covers IS 'Columns of one member of a fact that a row of a rule adds up.';

CREATE MACRO covers_each(fact, members, column_name) AS
  list_transform(members, lambda x: covered(fact, x, column_name, 1));
COMMENT ON MACRO covers_each IS 'One column of several members of a fact that a row of a rule adds up.';

-- Of several entries of one code a sum takes the largest, and cannot tell which: none is covered.
CREATE MACRO covers_entry(fact, entries, entry_code) AS
  CASE WHEN len(list_filter(entries, lambda x: x.code = entry_code)) = 1
       THEN list_transform(list_filter(entries, lambda x: x.code = entry_code), lambda x: covered(fact, x.member, 'amount', 1))
       ELSE [] END;
COMMENT ON MACRO covers_entry IS 'The one amount of a code among the entries of v_deal_member.';

CREATE MACRO covers_cell(fact, cell_member, column_name, moves) AS
  [covered(fact, '@' || cell_member, column_name, moves)];
COMMENT ON MACRO covers_cell IS 'The value that a cell prints: its member is told as far as the cell tells it, as in v_cell_member, after an @.';
