"""The pages of the desk in a browser: whether axe finds fault with them, and whether they need a network or a script.

    python proof/accessible.py

A report on the invented authority with the failings, and the sheet of a case, are opened in a headless Chromium in a
wide and a narrow window, with scripts off, and made a PDF. Every violation that axe finds is printed; one of serious or
critical impact exits with 1, and so do a request over the network, a page that cannot be read without scripts, and one
that is wider than its window. `make axe` installs what is needed. `--keep FOLDER` keeps the pages and pictures of them.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from childprotect.desk import Desk, Trained, authority_report, document_of, html, riskiest, sheets
from childprotect.profiles import Profile
from childprotect.rulebooks import england
from childprotect.simulation.showcase import Invented, showcase

ROOT = Path(__file__).parents[1]
PROFILE = ROOT / "examples" / "profiles" / "herefordshire-2012.toml"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WARNING = "All of this is invented: no record of anybody is in it."
WIDE, NARROW = (1100, 900), (400, 800)
FAILS = ("serious", "critical")


def pages(authority: Invented, population: int, folder: Path, as_at: Any) -> Iterator[Path]:
    """The report and a case sheet, as a user gets them."""
    book = england.rulebook.with_practice() | Profile.load(PROFILE)
    desk = Desk.of(list(authority.children), as_at, rulebook=book)
    training = [Trained(agency, *came) for agency, came in authority.training.items()]
    report = authority_report(
        desk, as_at, population=population, training=training, name=authority.name, warning=WARNING
    )
    made = {"report": document_of(report), "sheet": sheets(desk, riskiest(desk, 2))}
    for name, document in made.items():
        path = folder / f"{name}.html"
        path.write_text(html(document), encoding="utf-8")
        yield path


def faults(browser: Any, path: Path, axe: str) -> Iterator[str]:
    """What is wrong with a page, printed as it is found; what must not be is given back."""
    for width, height in (WIDE, NARROW):
        # the page forbids scripts, of which axe is one
        context = browser.new_context(viewport={"width": width, "height": height}, bypass_csp=True)
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(path.as_uri())
        yield from (f"{path.name} asks for {url}" for url in asked if url != path.as_uri())
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield f"{path.name} is {over} pixels wider than a window of {width}"
        page.screenshot(path=path.with_name(f"{path.stem}-{width}.png"), full_page=False)
        page.evaluate(axe)
        for one in page.evaluate("axe.run()")["violations"]:
            told = f"{path.name}, {width} wide: {one['impact']}: {one['id']}: {one['help']}, {len(one['nodes'])} times"
            print(told)
            for node in one["nodes"][:3]:
                print(f"    {node['html'][:160]}")
            if one["impact"] in FAILS:
                yield told
        context.close()
    yield from _without_scripts(browser, path)


def _without_scripts(browser: Any, path: Path) -> Iterator[str]:
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    text = page.inner_text("main")
    headings = page.locator("main h2").count()
    print(f"{path.name}: without scripts {len(text):,} characters in {headings} sections")
    if not headings or len(text) < 1000:
        yield f"{path.name} cannot be read without scripts"
    page.pdf(path=str(path.with_suffix(".pdf")), format="A4")
    context.close()


def main() -> None:
    """Run the check."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chromium", default=shutil.which("chromium"), help="the browser; else that of the path")
    parser.add_argument("--axe", type=Path, default=AXE)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if options.chromium is None or not options.axe.is_file():
        sys.exit("there is no chromium, or no axe-core: see `make axe`")
    from playwright.sync_api import sync_playwright  # in an environment of its own

    shown = showcase()
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        for path in pages(shown.failing, shown.population, folder, shown.as_at):
            failed += faults(browser, path, options.axe.read_text(encoding="utf-8"))
        browser.close()
    for one in failed:
        print(f"FAILED: {one}")
    sys.exit(int(bool(failed)))


if __name__ == "__main__":
    main()
