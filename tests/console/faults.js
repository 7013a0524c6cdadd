// What is wrong with this page for somebody who reads by ear, by keyboard, in poor light or on a telephone.
const faults = [], say = (what, one) => faults.push(what + ": " + (one ? one.outerHTML.replace(/\s+/g, " ").slice(0, 110) : ""));
const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[aria-hidden=true]");
const words = (one) => (one.getAttribute("aria-label") || one.getAttribute("title") || one.textContent || "").trim();
if (!document.documentElement.lang) say("the page has no language");
if (!document.title.trim()) say("the page has no title");
if (document.querySelectorAll("h1").length !== 1) say("not one h1");
let level = 1;
for (const one of document.querySelectorAll("main :is(h1, h2, h3, h4)")) {
  const now = Number(one.tagName[1]);
  if (now > level + 1) say("a heading is left out before", one);
  level = now;
}
const ids = new Set();
for (const one of document.querySelectorAll("[id]")) { if (ids.has(one.id)) say("an id stands twice", one); ids.add(one.id); }
for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
  if (!one.labels.length && !one.getAttribute("aria-label")) say("no label", one);
  else if (one.labels.length && !one.labels[0].textContent.trim()) say("no label", one);
}
for (const one of document.querySelectorAll("a[href], button, summary")) if (!words(one) && !one.querySelector("img[alt]:not([alt=''])")) say("no words", one);
for (const one of document.querySelectorAll("img:not([alt])")) say("no alternative", one);
for (const one of document.querySelectorAll("fieldset")) if (!one.querySelector("legend")) say("a group has no legend", one);
for (const one of document.querySelectorAll("table")) {
  const heads = [...one.querySelectorAll("thead th")];
  if (!heads.length || heads.some((each) => each.scope !== "col" || !each.textContent.trim())) say("a table has no header", one);
  for (const row of one.querySelectorAll("tbody tr")) {
    const width = [...row.children].reduce((sum, each) => sum + each.colSpan, 0);
    if (width !== heads.length) say("a row has " + width + " cells under " + heads.length, row);
    for (const cell of row.querySelectorAll("td:not([colspan])")) if (one.classList.contains("stack") && !cell.dataset.label) say("on a telephone this cell has no header", cell);
  }
  const box = one.parentElement;
  if (box.scrollWidth > box.clientWidth + 1 && box.tabIndex < 0) say("the keyboard cannot scroll this", box);
}
if (document.documentElement.scrollWidth > innerWidth + 1) {
  const widest = [...document.querySelectorAll("main *")].find((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".wide, nav"));
  say("wider than the window", widest || document.body);
}
// Contrast as in WCAG 2.1, 1.4.3.
const light = (rgb) => { const [r, g, b] = rgb.map((one) => { one /= 255; return one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const numbers = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const ground = (one) => { for (let each = one; each; each = each.parentElement) { const found = numbers(getComputedStyle(each).backgroundColor); if (found.length === 3 || found[3] > 0.99) return found.slice(0, 3); } return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255]; };
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const done = new Set();
while (walker.nextNode()) {
  const one = walker.currentNode.parentElement;
  if (done.has(one) || !walker.currentNode.textContent.trim() || !shown(one) || one.closest("script, style, option, .qr")) continue;
  done.add(one);
  const style = getComputedStyle(one), ink = numbers(one instanceof SVGElement ? style.fill : style.color).slice(0, 3);
  const [a, b] = [light(ink), light(ground(one))].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.5) say("contrast " + ratio.toFixed(1), one);
}
// Neighbours that a thumb cannot tell apart.
const targets = [...document.querySelectorAll("button, summary")].filter(shown);
for (const one of targets) {
  const here = one.getBoundingClientRect();
  if (here.height < 24 || here.width < 24) say("too small to touch", one);
  for (const other of targets) if (one !== other) {
    const there = other.getBoundingClientRect();
    const beside = here.right <= there.left + 0.5 && there.left - here.right < 6 && here.top < there.bottom && there.top < here.bottom;
    if (beside) say("buttons touch", one);
  }
}
return faults;
