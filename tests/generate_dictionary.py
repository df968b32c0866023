"""Write `data/dictionary.md` from the schemas: `python -m tests.generate_dictionary`."""

from pathlib import Path

from transforms.facts.dictionary import markdown

FILE = Path(__file__).parents[1] / "data" / "dictionary.md"

if __name__ == "__main__":
    FILE.write_text(markdown())
    print(f"written: {FILE.relative_to(FILE.parents[1])}")
