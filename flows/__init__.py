"""The shell of tieout: everything that touches the world, one file per thing touched."""
