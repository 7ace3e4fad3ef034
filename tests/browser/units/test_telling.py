"""A result is heard and felt once somebody has pressed something; a part that renews itself says when it cannot."""

from tests.browser.units.conftest import Bench

LISTENING = """
  const noted = [];
  navigator.vibrate = pattern => { noted.push("shakes " + pattern); };
  Object.defineProperty(navigator, "userActivation", {value: undefined, configurable: true});
  window.AudioContext = window.webkitAudioContext = undefined;
  Object.defineProperty(window, "speechSynthesis", {configurable: true, value: {cancel() {}, speak: said => {
    if (said.text) { noted.push(said.lang + " " + said.text); } }}});
  const later = () => new Promise(done => setTimeout(done, 500));
"""


def test_nothing_is_told_before_something_was_pressed(bench: Bench) -> None:
    told = bench.asks(
        "results/telling.js",
        does=f"""async telling => {{
          {LISTENING}
          telling.readyAtTheFirstPress();
          telling.tell("good", "Done");
          document.dispatchEvent(new Event("pointerdown"));
          telling.tell("care", "Too early");
          await later();
          return noted;
        }}""",
    )
    assert told == ["shakes 200,100,200", "en-GB Too early"]


def test_who_wants_no_sound_still_feels_it_on_every_page(bench: Bench) -> None:
    result = '<p data-result="good" data-spoken="Done"><button data-sound data-on="off" data-off="on">.</button></p>'
    turned = bench.lays(result).asks(
        "results/telling.js",
        does="""telling => {
          telling.listenToButtons();
          telling.tellShown();
          const button = document.querySelector("[data-sound]"), before = button.textContent;
          button.click();
          return [before, button.textContent];
        }""",
    )
    assert turned == ["off", "on"]
    told = bench.lays(result).asks(
        "results/telling.js",
        does=f"""async telling => {{
          {LISTENING}
          telling.readyAtTheFirstPress();
          document.dispatchEvent(new Event("keydown"));
          telling.tellShown();
          await later();
          return [noted, document.querySelector("[data-sound]").textContent];
        }}""",
    )
    assert told == [["shakes 120"], "on"]


def test_a_part_that_renews_itself_takes_only_answers_of_the_service(bench: Bench) -> None:
    told = bench.asks(
        "shared/renewing.js",
        does="""async renewing => {
          const said = [];
          for (const answer of [() => new Response("fresh"), () => new Response("broken", {status: 500}),
                                () => { throw new TypeError("no network"); }]) {
            window.fetch = async () => answer();
            said.push(await renewing.fresh("/now").catch(error => error.message));
          }
          return said;
        }""",
    )
    assert told == ["fresh", "500", "no network"]
