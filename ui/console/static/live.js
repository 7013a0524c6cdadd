// Brings a page up to date when something happened, and lets clocks run. Without script every page works as it is.
"use strict";
(() => {
  const every = 3000;
  const asPage = { credentials: "same-origin", headers: { "x-borderdesk-live": "1" } };
  let stamp = null;
  // Nobody's half-written answer is taken away, nor a form that was opened.
  const touched = (one) => {
    if (one.type === "hidden" || one.type === "submit") return false;
    if (one.type === "radio" || one.type === "checkbox") return one.checked !== one.defaultChecked;
    if (one.tagName === "SELECT") return [...one.options].some((each, at) => each.selected !== each.defaultSelected && !(at === 0 && ![...one.options].some((any) => any.defaultSelected)));
    return one.value !== one.defaultValue;
  };
  const typing = () => {
    if (document.querySelector("main details[open] form")) return true;
    const fields = document.querySelectorAll("main form input, main form select, main form textarea");
    return [...fields].some((one) => one === document.activeElement || touched(one));
  };
  const tick = () => {
    for (const clock of document.querySelectorAll("time[data-due]")) {
      const left = Math.round((new Date(clock.dateTime) - Date.now()) / 1000), size = Math.abs(left);
      const two = (number) => String(number).padStart(2, "0");
      const hours = Math.floor(size / 3600), minutes = Math.floor(size / 60) % 60;
      clock.textContent = (left < 0 ? "−" : "") + (hours ? hours + ":" + two(minutes) : minutes) + ":" + two(size % 60);
      clock.classList.toggle("over", left < 0);
      const row = clock.closest("tr");
      if (row && left < 0) row.className = "bad";
    }
  };
  // The keyboard stays where it was: on the same link or button of the new page.
  const place = () => {
    const one = document.activeElement, main = document.getElementById("main");
    if (!one || !main.contains(one) || one === main) return () => {};
    const address = one.getAttribute("href"), label = one.getAttribute("aria-label"), text = one.textContent;
    return (fresh) => {
      const same = [...fresh.querySelectorAll("a, button, summary, [tabindex]")].find((each) => each.getAttribute("href") === address && each.getAttribute("aria-label") === label && each.textContent === text) || [...fresh.querySelectorAll("a")].find((each) => address && each.getAttribute("href") === address);
      (same || fresh).focus({ preventScroll: true });
    };
  };
  const look = async () => {
    const note = document.getElementById("offline");
    try {
      const answer = await fetch("/console/stamp", asPage);
      if (answer.status === 401) { location.assign("/console/sign-in"); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const now = (await answer.json()).stamp;
      note.hidden = true;
      if (stamp !== null && now !== stamp && !typing() && !document.querySelector("main[data-still], main .code")) {
        const page = await fetch(location.href, asPage);
        const whole = page.ok ? new DOMParser().parseFromString(await page.text(), "text/html") : null;
        const fresh = whole && whole.getElementById("main");
        if (fresh && !typing()) {
          const back = place(), open = [...document.querySelectorAll("main details[open] > summary")].map((one) => one.textContent);
          for (const one of fresh.querySelectorAll("details > summary")) if (open.includes(one.textContent)) one.parentElement.open = true;
          document.getElementById("main").replaceWith(fresh);
          back(fresh);
          // The tab says how many hits wait, also to whoever listens instead of looking.
          if (document.title !== whole.title) document.getElementById("told").textContent = document.title = whole.title;
        }
        tick();
      }
      if (!typing()) stamp = now;
    } catch (error) { note.hidden = false; }
    setTimeout(look, every);
  };
  // On a telephone the pages are a line that is longer than the screen: the open one is in sight.
  const open = document.querySelector("header nav a[aria-current]");
  if (open) open.parentElement.scrollLeft += open.getBoundingClientRect().left - open.parentElement.getBoundingClientRect().left - 60;
  tick(); setInterval(tick, 1000); look();
})();
