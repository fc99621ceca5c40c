"use strict";
const word = document.querySelector("meta[name=csrf]").content;
const at = (id) => document.getElementById(id);
const say = (text, id = "problem") => { (at(id) || at("said")).textContent = text; };

async function ask(place, body) {
  try {
    const answer = await fetch(place, {
      method: "POST", credentials: "same-origin",
      headers: {"Content-Type": "application/json", "X-CSRF-Token": word}, body: JSON.stringify(body),
    });
    const told = await answer.json();
    return answer.ok || told.error || told.conflicts ? told : {error: `the server answered ${answer.status}`};
  } catch (problem) {
    return {error: `the server does not answer (${problem.message}); nothing was written`};
  }
}

// What is decided and not written yet stays in this browser tab, also when another profile is opened.
const current = at("current");
const store = current ? current.dataset.store : "";
let acts = JSON.parse((store && sessionStorage.getItem(store)) || "[]");
let chosen = null;

function keep() {
  sessionStorage.setItem(store, JSON.stringify(acts));
}
function choose(what, told) {
  chosen = what;
  say(`Chosen: ${told}`, "chosen");
  mark();
}
function mark() {
  for (const point of document.querySelectorAll("circle.point"))
    if (point.hasAttribute("tabindex"))
      point.setAttribute("aria-checked", String(Boolean(chosen) && chosen.sample === point.dataset.sample));
  for (const point of document.querySelectorAll("circle.point"))
    point.classList.toggle("chosen", Boolean(chosen) && chosen.sample === point.dataset.sample);
  for (const button of document.querySelectorAll("[data-choose]"))
    button.setAttribute("aria-pressed", String(Boolean(chosen) && chosen.choose === button.dataset.choose && (chosen.code || "") === (button.dataset.code || "")));
}
const KINDS = {sample: "exclude sample", slope_out: "leave out of the slope", slope_pick: "use for the slope", parameter: "exclude parameter", profile: "exclude the whole profile"};
function list() {
  const items = acts.map((act, place) => {
    const item = document.createElement("li"), undo = document.createElement("button");
    undo.type = "button";
    undo.textContent = "Undo";
    undo.addEventListener("click", () => { acts.splice(place, 1); keep(); attempt(); });
    item.append(`${act.profile}: ${KINDS[act.kind]} ${act.told || act.parameter || ""}${act.reason ? ` (${act.reason})` : ""} `, undo);
    return item;
  });
  at("pending").replaceChildren(...items);
}
async function attempt() {
  list();
  const told = await ask("/review/try", {profile: current.dataset.profile, acts: acts.map(plain)});
  if (told.error) { say(told.error); return false; }
  say("");
  const focus = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset : {};
  const {sample, choose: kind, code} = focus;
  at("shown").innerHTML = told.html;
  mark();
  const again = [...document.querySelectorAll("circle.point[tabindex], #shown [data-choose]")].find((one) =>
    sample ? one.dataset.sample === sample : kind === "parameter" && one.dataset.code === code);
  if (again) again.focus();
  return true;
}
const plain = ({kind, profile, sample = "", parameter = "", reason = ""}) => ({kind, profile, sample, parameter, reason});

async function decide(kind) {
  if (!chosen) { say("Choose a sample, a parameter or the whole profile first."); return; }
  const sampled = chosen.choose === "sample";
  if (kind !== "exclude" && !sampled) { say("A slope has samples: choose a sample first."); return; }
  const act = {
    kind: kind === "exclude" ? chosen.choose : kind, profile: current.dataset.profile,
    sample: chosen.sample || "", parameter: chosen.code || "", told: chosen.told || "",
    reason: at("reason").value.trim(),
  };
  const same = (one) => one.profile === act.profile && one.sample === act.sample && one.parameter === act.parameter &&
    (sampled || one.kind === act.kind);
  const before = acts;
  acts = [...acts.filter((one) => !same(one)), act];
  if (await attempt()) keep();
  else { acts = before; list(); }
}
async function apply(event) {
  event.preventDefault();
  if (!acts.length) { say("Nothing is decided yet: choose something, then the button beside it."); return; }
  const reason = at("reason").value.trim();
  const asked = acts.map(plain).map((act) => ({...act, reason: act.reason || reason}));
  const told = await ask("/review/apply", {acts: asked, name: at("who").value.trim(), approver: at("second").value.trim(), seen: current.dataset.seen});
  if (told.conflicts) {
    current.dataset.seen = told.seen;
    say(`Conflict: since this page was loaded, others judged the same subject. Nothing of yours was written. ${told.conflicts.join("; ")}. The drawing now shows it; decide again or press the button once more.`);
    const words = at("problem").textContent;
    await attempt();
    say(words);
    return;
  }
  if (told.error) { say(told.error); return; }
  acts = [];
  keep();
  sessionStorage.setItem("said", told.said);
  location.assign(`?p=${encodeURIComponent(current.dataset.profile)}`);
}
if (current) {
  at("who").value = localStorage.getItem("pkpipe-name") || "";
  at("who").addEventListener("change", () => localStorage.setItem("pkpipe-name", at("who").value.trim()));
  at("decide").addEventListener("submit", apply);
  at("decide").addEventListener("input", () => say(""));
  for (const button of document.querySelectorAll("[data-act]")) button.addEventListener("click", () => decide(button.dataset.act));
  const pick = (point) => choose({choose: "sample", sample: point.dataset.sample, told: point.querySelector("title").textContent}, point.querySelector("title").textContent);
  document.addEventListener("click", (event) => {
    const point = event.target.closest("circle.point"), button = event.target.closest("[data-choose]");
    if (point) pick(point);
    else if (button) choose({choose: button.dataset.choose, code: button.dataset.code || ""}, button.dataset.code || "the whole profile");
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) return;
    if ((event.key === "Enter" || event.key === " ") && event.target.matches("circle.point")) {
      event.preventDefault();
      pick(event.target);
    }
    const step = {n: "next", p: "previous", N: "next", P: "previous"}[event.key];
    if (step && at(step)) at(step).click();
  });
  at("find").addEventListener("input", () => {
    const wanted = at("find").value.toLowerCase();
    for (const card of document.querySelectorAll(".card")) card.hidden = !card.textContent.toLowerCase().includes(wanted);
  });
  list();
  if (acts.length) attempt();
}
if (sessionStorage.getItem("said")) {
  say(sessionStorage.getItem("said"), "said");
  sessionStorage.removeItem("said");
}
// Buttons that send one thing: data-post is the place; fields of their form go with them.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-post]"), copy = event.target.closest("[data-copy]");
  if (copy) { await navigator.clipboard.writeText(at(copy.dataset.copy).textContent); say("copied", "said"); }
  if (!button) return;
  event.preventDefault();
  const form = button.closest("form"), body = {...button.dataset};
  delete body.post;
  if (form) for (const field of form.elements) if (field.name) body[field.name] = field.type === "checkbox" ? field.checked : field.value.trim();
  const told = await ask(button.dataset.post, body);
  const place = form && form.querySelector("[role=alert]");
  if (told.error && place) place.textContent = told.error;
  else if (told.html && form && form.dataset.into) at(form.dataset.into).innerHTML = told.html;
  else if (told.error) say(told.error, "said");
  else { sessionStorage.setItem("said", told.said || "done"); location.reload(); }
});
// The choices of the conventions are compared as they change.
for (const form of document.querySelectorAll("form[data-live]"))
  form.addEventListener("change", async () => {
    const choices = Object.fromEntries([...form.elements].filter((field) => field.name).map((field) => [field.name, field.value]));
    const told = await ask(form.querySelector("[data-compare]").dataset.compare, {choices});
    form.querySelector("[role=alert]").textContent = told.error || "";
    if (told.html) at(form.dataset.into).innerHTML = told.html;
  });
// Findings: narrowed in the browser, marked by name.
if (at("findings")) {
  const narrow = () => {
    const wanted = at("findings-find").value.toLowerCase(), severity = at("findings-severity").value, saidOf = at("findings-said").value;
    for (const row of at("findings").tBodies[0].rows)
      row.hidden = !(row.textContent.toLowerCase().includes(wanted) && (!severity || row.dataset.severity === severity) && (!saidOf || row.dataset.said === saidOf));
  };
  for (const id of ["findings-find", "findings-severity", "findings-said"]) at(id).addEventListener("input", narrow);
  for (const button of document.querySelectorAll("[data-mark]"))
    button.addEventListener("click", async () => {
      const keys = [...at("findings").querySelectorAll("input:checked")].filter((box) => !box.closest("tr").hidden).map((box) => box.value);
      if (!keys.length) { say("Choose findings first.", "findings-problem"); return; }
      const told = await ask("/review/findings-marked", {keys, what: button.dataset.mark, name: at("findings-who").value.trim(), reason: at("findings-why").value.trim()});
      if (told.error) { say(told.error, "findings-problem"); return; }
      sessionStorage.setItem("said", told.said);
      location.reload();
    });
}
