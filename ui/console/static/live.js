// Brings a page up to date when something happened, and lets clocks run. Without script every page works as it is.
"use strict";
(() => {
  const every = 3000;
  let stamp = null;
  const typing = () => {
    const forms = document.querySelectorAll("main form");
    return [...forms].some((form) => [...form.elements].some((one) => one === document.activeElement || (one.type === "radio" ? one.checked : one.tagName === "TEXTAREA" && one.value !== "")));
  };
  const tick = () => {
    for (const clock of document.querySelectorAll("time[data-due]")) {
      const left = Math.round((new Date(clock.dateTime) - Date.now()) / 1000);
      const minutes = String(Math.floor(Math.abs(left) / 60)), seconds = String(Math.abs(left) % 60).padStart(2, "0");
      clock.textContent = (left < 0 ? "−" : "") + minutes + ":" + seconds;
      const row = clock.closest("tr");
      if (row && left < 0) row.className = "bad";
    }
  };
  const look = async () => {
    try {
      const answer = await fetch("/console/stamp", { credentials: "same-origin" });
      if (answer.status === 401) { location.assign("/console/sign-in"); return; }
      const now = (await answer.json()).stamp;
      if (stamp !== null && now !== stamp && !typing()) {
        const page = await fetch(location.href, { credentials: "same-origin" });
        const fresh = new DOMParser().parseFromString(await page.text(), "text/html").getElementById("main");
        if (fresh) document.getElementById("main").replaceWith(fresh);
        tick();
      }
      if (!typing()) stamp = now;
    } catch (error) { document.body.classList.add("offline"); }
    setTimeout(look, every);
  };
  tick(); setInterval(tick, 1000); look();
})();
