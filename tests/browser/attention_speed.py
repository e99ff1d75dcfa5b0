"""Drives the page of 512 tokens, 12 layers and 12 heads: python3 attention_speed.py PAGE

A picture should be there after 1 s, and a click should keep the browser busy for less than 0.1 s, counted in processor
time: a busy machine makes everything wait, but does not make it more work. A slow one does; so a failure is three times
that.
"""

import sys

from chromium import Chromium, found

FIRST, CLICK, SLOW = 1000, 100, 3

HAND = """
const one = selector => document.querySelector(selector), all = selector => [...document.querySelectorAll(selector)];
const event = (target, Kind, type, x, y) => {
  const area = target.getBoundingClientRect();
  target.dispatchEvent(new Kind(type, {bubbles: true, clientX: area.left + x * area.width, clientY: area.top + y * area.height}));
};
const point = (selector, x, y) => event(one(selector), PointerEvent, "pointermove", x, y);
const click = (selector, x = 0.5, y = 0.5) => event(one(selector), MouseEvent, "click", x, y);
const press = key => one("#figures .box").dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const choose = (id, value) => { one("#" + id).value = value; one("#" + id).dispatchEvent(new Event("change")); };
const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
"""

CLICKS = {
    "a token": "click('[data-hit=q]', 0.5, 0.4)",
    "pointing at another": "point('[data-hit=q]', 0.5, 0.41)",
    "another head": "click('[aria-label=\"head 5\"]')",
    "all heads' lines": "click('#heads button:last-child')",
    "another layer": "choose('layer', 9)",
    "no token": "press('Escape')",
    "the matrix": "click('#view-matrix')",
    "its lengths": "choose('weights', 'norm')",
    "all heads in small": "click('#view-model')",
    "one of them": "click('[data-cell=\"7 6\"]')",
    "its weights": "choose('weights', 'alpha')",
    "neurons": "choose('layer', 11), click('#view-neuron')",
    "another query": "press('ArrowDown')",
    "a token's layers": "click('#view-token')",
    "another token": "press('ArrowDown')",
    "its head 3": "click('[aria-label=\"head 3\"]')",
    "the summary": "click('#view-summary')",
    "another statistic": "choose('statistic', 'self')",
    "the first view again": "click('#view-head')",
}


def busy(page):
    metrics = page.send("Performance.getMetrics")["metrics"]
    return 1000 * next(each["value"] for each in metrics if each["name"] == "TaskDuration")


def main(file):
    chromium = found()
    if not chromium:
        print("skipped: there is no Chromium")
        return 77
    with Chromium(chromium) as browser:
        page = browser.open(file)
        page.run(HAND)
        page.run("painted()")  # pictures and all
        times = {"the page": busy(page)}
        for what, script in CLICKS.items():
            before = busy(page)
            page.run(f"(async () => {{ {script}; await painted(); }})()")
            times[what] = busy(page) - before
        wrong = page.console + page.requests[1:]
        if page.run("all('#figures text').length") < 1024:
            wrong.append("not all tokens are there")
    limit = lambda what: FIRST if what == "the page" else CLICK
    for what, took in times.items():
        print(f"{what:<22} {took:5.0f} ms" + ("" if took < limit(what) else f", wanted {limit(what)}"))
    slow = [what for what, took in times.items() if took >= SLOW * limit(what)]
    if slow or wrong:
        print("too slow:", slow, "wrong:", wrong)
        return 1
    return 0


sys.exit(main(sys.argv[1]))
