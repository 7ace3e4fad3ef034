// What can be seen of a page by measuring it; every function returns sentences, none when all is well.
(() => {
  const shown = one => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1;
  const named = one => (one.getAttribute("aria-label") || one.innerText || one.name || one.value || one.tagName).trim().slice(0, 30);
  const px = value => Math.round(value * 10) / 10;
  const focusable = "a[href], button:not([disabled]), summary, select:not([disabled]), textarea:not([disabled]), "
    + "input:not([type=hidden]):not([disabled]), [tabindex='0']";
  const still = new CSSStyleSheet();  // what sticks to the foot of the screen stands where it belongs on the whole page
  still.replaceSync(".cart-bar { position: static !important }");
  const targets = "a.btn, a.card, .tabs a, .foot a, .brand, button, summary, select, textarea, label.tick, "
    + "input:not([type=hidden]):not([type=checkbox]):not([type=radio])";
  const PAPER = ".service-card";  // a picture of a printed card, in the card's own size

  function* words() {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const holder = walk.currentNode.parentElement;
      if (walk.currentNode.textContent.trim() && shown(holder) && !holder.closest(`script, noscript, svg, .hidden, .skip, ${PAPER}`)) {
        yield [walk.currentNode, holder];
      }
    }
  }

  window.looks = {
    // the page is as wide as its window, and no words are cut off or stick out
    wide() {
      const room = document.documentElement.clientWidth, out = document.documentElement.scrollWidth - room, found = [];
      if (out > 0) found.push(`is ${out} px too wide`);
      for (const [text, holder] of words()) {
        if (holder.closest(".scroll")) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        const box = range.getBoundingClientRect();
        if (box.width > 1 && (box.right > room + 1 || box.left < -1)) found.push(`${named(holder)} sticks out`);
        for (let around = holder; around !== document.body; around = around.parentElement) {
          const clips = getComputedStyle(around).overflowX;
          if (clips === "visible") continue;
          const frame = around.getBoundingClientRect();
          if (frame.width > 1 && clips === "hidden" && box.right > frame.right + 1) found.push(`${named(holder)} is cut off`);
          break;
        }
      }
      return found;
    },

    // everything that one presses or types into is at least this large; links inside sentences aside
    small(least) {
      return [...document.querySelectorAll(targets)].filter(one => shown(one) && !one.closest(`.skip, ${PAPER}`))
        .map(one => [one, one.getBoundingClientRect()])
        .filter(([, box]) => Math.min(box.width, box.height) < least - .5)
        .map(([one, box]) => `${named(one)} is ${px(box.width)}×${px(box.height)}`);
    },

    // all words are at least this large, those of the tabs at least `tabs`
    fine(least, tabs) {
      return [...words()].map(([, one]) => [one, parseFloat(getComputedStyle(one).fontSize)])
        .filter(([one, size]) => size < (one.closest(".tabs") ? tabs : least) - .01)
        .map(([one, size]) => `${named(one)} is written in ${px(size)} px`);
    },

    // the lines of all words have this distance
    tight(least) {
      return [...words()].map(([, one]) => [one, getComputedStyle(one)])
        .map(([one, style]) => [one, style.lineHeight === "normal" ? 1.5 : parseFloat(style.lineHeight) / parseFloat(style.fontSize)])
        .filter(([, lines]) => lines < least - .01)
        .map(([one, lines]) => `${named(one)} has lines of ${px(lines)}`);
    },

    // what one is meant to press has another ground than a plain button in its place
    dull() {
      return [...document.querySelectorAll(".btn-main, .btn-good")].filter(shown).filter(one => {
        const plain = one.cloneNode();
        plain.classList.remove("btn-main", "btn-good");
        one.after(plain);
        const same = getComputedStyle(plain).backgroundColor === getComputedStyle(one).backgroundColor;
        plain.remove();
        return same;
      }).map(one => `${named(one)} looks like any other button`);
    },

    choices() {
      const found = [...document.querySelectorAll("main a[href], main button, main summary")].filter(shown);
      return found.map(named);
    },

    // what Tab should reach, in the order of the document; of a group of radio buttons one
    stops() {
      const groups = new Set();
      return [...document.querySelectorAll(focusable)].filter(one => {
        if (!one.checkVisibility({ visibilityProperty: true }) || one.tabIndex < 0) return false;
        if (one.type !== "radio") return true;
        const group = one.name, chosen = one.form && one.form.querySelector(`[name="${group}"]:checked`);
        if (groups.has(group) || (chosen && chosen !== one)) return false;
        return groups.add(group);
      });
    },

    // who reads from the top left is led by Tab as the eye goes: never up, unless to the right
    jumps() {
      const stops = looks.stops().filter(one => shown(one) && !one.closest(".skip, .scroll, .tabs, .cart-bar"));
      return stops.slice(1).map((one, index) => [stops[index], one]).filter(([before, one]) => {
        const [was, is] = [before.getBoundingClientRect(), one.getBoundingClientRect()];
        return is.bottom <= was.top + 1 && is.left < was.right - 1 && !before.contains(one);
      }).map(([before, one]) => `Tab jumps up from ${named(before)} to ${named(one)}`);
    },

    // from now on, note where the focus goes
    follow() {
      looks.path = [];
      document.addEventListener("focusin", ({ target }) => {
        target.scrollIntoView({ block: "nearest", behavior: "instant" });  // as the browser does, only at once
        const style = getComputedStyle(target), box = target.getBoundingClientRect();
        const top = document.elementFromPoint(
          Math.min(innerWidth - 1, Math.max(0, box.left + box.width / 2)), Math.min(innerHeight - 1, Math.max(0, box.top + Math.min(box.height, 40) / 2)));
        looks.path.push({ target, marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
          seen: !!top && (target.contains(top) || top.contains(target)) });
      });
      // a date or time is several stops of the browser's own
      return looks.stops().reduce((count, one) => count + (/^(date|time|month)/.test(one.type) ? 6 : 1), 0);
    },

    // what Tab missed on its way, and where the focus was not to be seen
    followed() {
      const reached = looks.path.map(step => step.target), stops = looks.stops();
      const found = stops.filter(one => !reached.includes(one)).map(one => `Tab does not reach ${named(one)}`);
      const order = reached.filter((one, index) => stops.includes(one) && reached.indexOf(one) === index).map(one => stops.indexOf(one));
      const back = order.filter((place, index) => index && place < order[index - 1]).length;
      if (back > (document.querySelector("[autofocus]") ? 1 : 0)) found.push("Tab leaves the order of the page");
      for (const step of looks.path) {
        if (step.target === document.body || step.target.id === "main") continue;
        if (!step.marked) found.push(`${named(step.target)} does not show that it has the focus`);
        if (!step.seen) found.push(`${named(step.target)} has the focus under something else`);
      }
      return found;
    },

    // where the words of these elements stand, and their colour
    lettering(selectors) {
      const found = [];
      document.adoptedStyleSheets = [still];
      for (const selector of selectors) {
        const one = document.querySelector(selector);
        if (!one || !shown(one)) continue;
        one.scrollIntoView({ block: "center", behavior: "instant" });
        for (const text of one.childNodes) {
          if (text.nodeType !== Node.TEXT_NODE || !text.textContent.trim()) continue;
          const range = document.createRange();
          range.selectNodeContents(text);
          for (const box of range.getClientRects()) {
            if (box.width > 1) found.push([named(one), getComputedStyle(one).color, box.x + scrollX, box.y + scrollY, box.width, box.height]);
          }
        }
      }
      scrollTo(0, 0);
      return found;
    },

    // take all words and drawings away, so that only what they stand on is left
    ground(bare) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("* { color: transparent !important; text-shadow: none !important } .icon, .tabs { visibility: hidden !important }");
      document.adoptedStyleSheets = bare ? [still, sheet] : [];
    },
  };
})();
