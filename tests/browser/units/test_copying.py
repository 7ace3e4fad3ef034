"""A link that is shown once can be copied, with and without the clipboard of a safe page."""

from tests.browser.units.conftest import Bench

LINK = '<p id="link"> http://192.0.2.7/set-up/x </p>'
BUTTON = '<button data-copy="link" data-said="Copied" hidden><span>Copy</span></button>'


def test_the_button_says_that_the_link_was_copied(bench: Bench) -> None:
    bench.lays(LINK + BUTTON)
    told = bench.asks(
        "copying.js",
        does="""async () => {
          const put = [];
          Object.defineProperty(navigator, "clipboard", {value: {writeText: async text => put.push(text)}});
          const button = document.querySelector("button"), shown = !button.hidden;
          button.click();
          await new Promise(done => setTimeout(done));
          return [shown, put, button.textContent];
        }""",
    )
    assert told == [True, ["http://192.0.2.7/set-up/x"], "Copied"]


def test_where_there_is_no_clipboard_the_link_is_selected(bench: Bench) -> None:
    bench.lays(LINK + BUTTON)
    told = bench.asks(
        "shared/copied.js",
        does="""async copying => {
          Object.defineProperty(navigator, "clipboard", {value: undefined});
          document.execCommand = () => true;
          const done = await copying.copied(document.getElementById("link"));
          return [done, String(window.getSelection()).trim()];
        }""",
    )
    assert told == [True, "http://192.0.2.7/set-up/x"]
