"""Write the rule files that follow from the schemas: `python -m tests.generate_rules`."""

from pathlib import Path

from transforms.assertions import generated

ASSERTIONS = Path(__file__).parents[1] / "sql" / "assertions"


def stale() -> list[Path]:
    """Return the generated rule files whose text is missing or no longer what the schemas say."""
    return [
        ASSERTIONS / place
        for place, text in generated().items()
        if not (ASSERTIONS / place).is_file() or (ASSERTIONS / place).read_text() != text
    ]


def main() -> None:
    """Write what is stale and name it."""
    for place, text in generated().items():
        file = ASSERTIONS / place
        if file in stale():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            print(f"wrote {file}")


if __name__ == "__main__":
    main()
