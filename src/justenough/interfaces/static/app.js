// What pages do beyond standing still. Everything works without it; this makes it quicker.
"use strict";

// One sign for the search field, j and k for the next and the previous page of a table.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.tagName === "A" ? target.click() : target.focus();
});

// A part with data-live="seconds" is fetched again and replaced where it changed; with data-whole the whole page's content is.
const tags = new Map();
let leaving = false;
addEventListener("pagehide", () => { leaving = true; });
addEventListener("pageshow", () => { leaving = false; });
async function refresh(part) {
  if (!part.isConnected) return; // the page around it was replaced, and what stands in its place asks for itself
  const target = part.hasAttribute("data-whole") ? document.getElementById("main") : part;
  if (document.hidden || leaving || busy(target)) return again(part);
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
    if (answer.status === 401 || answer.redirected) return location.reload();
    const text = answer.ok ? await answer.text() : "";
    const fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById(target.id);
    if (!fresh || !part.isConnected || busy(target)) return again(part);
    if (fresh.outerHTML !== tags.get(target.id)) {
      tags.set(target.id, fresh.outerHTML);
      target.replaceWith(fresh);
      say(fresh.dataset.told || "");
      return wire(fresh);
    }
  } catch { /* the server is away; the page stays as it is */ }
  again(part);
}
function busy(part) {
  return part.contains(document.activeElement) && /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
}
function again(part) {
  if (part.dataset.live) setTimeout(() => refresh(part), 1000 * Number(part.dataset.live));
}
function say(text) {
  const told = document.getElementById("told");
  if (told && text) told.textContent = text;
}

// The number of alerts nobody put away, beside the word that leads to them; what the page before told stands at once.
const bell = document.querySelector("[data-bell]");
function count_of(open) {
  const badge = bell.querySelector(".badge");
  badge.textContent = open;
  badge.hidden = open === 0;
}
async function ring() {
  try {
    if (!document.hidden && !leaving) {
      const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" } });
      const open = answer.ok ? (await answer.json()).open : null;
      const before = sessionStorage.getItem("open");
      if (open !== null) {
        count_of(open);
        sessionStorage.setItem("open", open);
        if (before !== null && Number(before) !== open) document.getElementById("rung").textContent = open ? `${open} alerts` : "";
      }
    }
  } catch { /* the server is away */ }
  setTimeout(ring, 1000 * Number(bell.dataset.every));
}
if (bell) {
  count_of(Number(sessionStorage.getItem("open")));
  ring();
}

document.addEventListener("change", (event) => {
  const one = event.target;
  // A select or box with data-now sends its form as soon as it changes.
  if (one.matches("[data-now]")) one.form.requestSubmit();
  // A box with data-all ticks every box of that form.
  if (one.matches("[data-all]")) boxes(one.dataset.all).forEach((box) => { box.checked = one.checked; });
  if (one.type === "checkbox") count(one.dataset.all || one.getAttribute("form"));
});
function boxes(form) {
  return document.querySelectorAll(`input[type=checkbox][form="${CSS.escape(form)}"]`);
}
// What is ticked is counted where it is acted on.
function count(form) {
  const told = form && document.querySelector(`[data-ticked="${CSS.escape(form)}"]`);
  if (told) told.textContent = [...boxes(form)].filter((box) => box.checked).length;
}

// A button with data-sure asks first.
document.addEventListener("submit", (event) => {
  const asked = event.submitter && event.submitter.dataset.sure;
  if (asked && !window.confirm(asked)) event.preventDefault();
});

// The curve: a point moves along it by hand or by key, and the table beside it tells its price at once.
const figures = (value, digits = 3) => {
  if (value === null || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const places = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  if (places >= 0) return Number(value.toFixed(Math.min(20, places))).toLocaleString("en-US", { maximumFractionDigits: Math.min(20, places) });
  return (Math.round(value * 10 ** places) * 10 ** -places).toLocaleString("en-US", { maximumFractionDigits: 0 });
};
const signed = (value) => (value > 0 && figures(value) !== "0" ? "+" : "") + figures(value);
const percent = (share) => {
  if (Math.abs(share - 1) < 1e-9) return "100\u00a0%";
  if (share > 1) return share < 1.001 ? ">100\u00a0%" : `${Number((100 * share).toFixed(1)).toLocaleString("en-US")}\u00a0%`;
  if (share > 0.9999) return ">99.99\u00a0%";
  if (share > 0 && share < 0.001) return "<0.1\u00a0%";
  const scale = 10 ** (share >= 0.99 ? 4 : 3);
  return `${Number((100 * Math.floor(share * scale + 1e-6) / scale).toFixed(2))}\u00a0%`;
};
function between(points, level) {
  const last = points.length - 1;
  const at = Math.min(Math.max(level, points[0][0]), points[last][0]);
  let i = 1;
  while (i < last && points[i][0] < at) i += 1;
  const [a, b] = [points[i - 1], points[i]];
  const share = b[0] === a[0] ? 1 : (at - a[0]) / (b[0] - a[0]);
  return a.map((value, k) => value + share * (b[k] - value));
}
function curve(svg) {
  const told = JSON.parse(svg.dataset.curve);
  const handle = svg.querySelector(".handle");
  const field = document.getElementById("at");
  const along = ([low, high, start, end], value) => start + (value - low) / (high - low || 1) * (end - start);
  function show(level, typed) {
    const [at, reserve, value, service, holding, stockout, total] = between(told.points, Math.round(level));
    const held = reserve < 0.0005 ? 0 : reserve;  // figures.LEAST_RESERVE
    const x = along(told.x, value), y = Math.max(along(told.y, total), told.y[3]);
    handle.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
    handle.setAttribute("aria-valuenow", at);
    const said = { at: figures(at, 9), reserve: figures(held < 10 ? held : Math.round(held)), service: percent(service), value: figures(value), holding: figures(holding),
      stockout: figures(told.priced ? stockout : null), total: figures(total), more: signed(total - told.chosen[2]) };
    handle.setAttribute("aria-valuetext", `reorder at ${said.at}: ${said.service} of cycles, ties up ${said.value} ${told.currency}, ${said.total} ${told.currency} a year`);
    document.querySelectorAll("#tried, [data-tried]").forEach((told) => { told.hidden = false; });
    for (const [name, text] of Object.entries(said)) document.querySelectorAll(`[data-of="${name}"]`).forEach((cell) => { cell.textContent = text; });
    for (const [name, level] of [["at", at], ["up", at + told.lot]]) {
      document.querySelectorAll(`[data-field="${name}"]`).forEach((one) => { one.value = Math.round(level); });
    }
    if (field && !typed) field.value = Math.round(at);
  }
  function level(event) {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
    const value = told.x[0] + (x - told.x[2]) / (told.x[3] - told.x[2]) * (told.x[1] - told.x[0]);
    const places = told.points.map((point) => [point[2], point[0]]);
    return between(places, value)[1];
  }
  const current = () => Number(handle.getAttribute("aria-valuenow"));
  const step = (told.points[told.points.length - 1][0] - told.points[0][0]) / 100;
  const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); event.preventDefault(); handle.focus(); });
  handle.addEventListener("pointermove", (event) => { if (handle.hasPointerCapture(event.pointerId)) show(level(event)); });
  handle.addEventListener("keydown", (event) => {
    if (event.key in moves) show(current() + moves[event.key] * Math.max(1, step));
    else if (event.key === "Home") show(told.points[0][0]);
    else if (event.key === "End") show(told.points[told.points.length - 1][0]);
    else return;
    event.preventDefault();
  });
  if (field) field.addEventListener("input", () => { if (field.value !== "" && Number.isFinite(field.valueAsNumber)) show(field.valueAsNumber, true); });
}

function wire(root) {
  const among = (what) => [...(root.matches && root.matches(what) ? [root] : []), ...root.querySelectorAll(what)];
  among("[data-live]").forEach(again);
  among("svg[data-curve]").forEach(curve);
}
wire(document);
