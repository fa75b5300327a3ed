"""`python -m tests.scipy.arguments` writes docs/scipy_arguments.md."""

from tests.scipy.arguments import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
