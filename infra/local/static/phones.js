// The phones of the local cloud. Text from outside is only ever shown as text.

const EVERY_MS = 1000;
const main = document.getElementById("phones");
const template = document.getElementById("phone");
const frames = new Map();

function wall(instant, zone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(new Date(instant));
}

function frameOf(phone) {
  const known = frames.get(phone.id);
  if (known) return known;
  const frame = template.content.firstElementChild.cloneNode(true);
  const form = frame.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text) reply(phone.id, text).then(() => form.reset());
  });
  frame.querySelector(".code").addEventListener("click", (event) => {
    reply(phone.id, event.currentTarget.dataset.code);
  });
  frame.querySelector("input").setAttribute("aria-label", `Reply from the phone of ${phone.name}`);
  main.append(frame);
  frames.set(phone.id, frame);
  return frame;
}

function bubble(text, zone) {
  const item = document.createElement("li");
  const body = document.createElement("span");
  const time = document.createElement("time");
  item.classList.toggle("mine", !text.is_ours);
  item.classList.toggle("notice", text.is_notice);
  body.textContent = text.body;
  time.dateTime = text.at;
  time.textContent = wall(text.at, zone, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  item.append(body, time);
  item.dataset.id = text.id;
  return item;
}

function show(phone, now) {
  const frame = frameOf(phone);
  frame.querySelector("h2").textContent = phone.name;
  const roles = phone.roles.length ? ` · ${phone.roles.join(", ")}` : "";
  const line = phone.line === "open" ? "" : ` · ${phone.line}`;
  frame.querySelector(".about").textContent = `${phone.number}${roles}${line}`;
  const clock = frame.querySelector(".wall time");
  clock.dateTime = now;
  clock.textContent = wall(now, phone.zone, { hour: "2-digit", minute: "2-digit" });
  clock.title = phone.zone;
  const list = frame.querySelector(".texts");
  list.setAttribute("aria-label", `Texts on the phone of ${phone.name}`);
  const shown = new Set(Array.from(list.children, (item) => item.dataset.id));
  const fresh = phone.texts.filter((text) => !shown.has(text.id));
  for (const text of fresh) list.append(bubble(text, phone.zone));
  if (fresh.length) {
    list.scrollTop = list.scrollHeight;
    if (fresh.some((text) => text.is_ours)) ring(frame);
  }
  list.hidden = phone.texts.length === 0;
  frame.querySelector(".quiet").hidden = phone.texts.length > 0;
  const code = frame.querySelector(".code");
  code.hidden = !phone.code;
  code.dataset.code = phone.code;
  code.textContent = `Reply ${phone.code}`;
  const link = frame.querySelector(".link");
  link.hidden = !phone.link;
  if (/^https?:\/\//.test(phone.link)) link.href = phone.link;
}

function ring(frame) {
  frame.classList.remove("is-ringing");
  void frame.offsetWidth; // so that the animation begins anew
  frame.classList.add("is-ringing");
  setTimeout(() => frame.classList.remove("is-ringing"), 4000);
}

async function reply(id, text) {
  await fetch(`/local/phones/${encodeURIComponent(id)}/reply`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ text }),
  });
  await refresh();
}

async function refresh() {
  const trouble = document.getElementById("trouble");
  try {
    const answer = await fetch("/local/state");
    const state = await answer.json();
    const clock = document.getElementById("clock");
    clock.dateTime = state.now;
    clock.textContent = wall(state.now, state.zone, {
      weekday: "long", hour: "2-digit", minute: "2-digit",
    });
    const speed = state.speed === 1 ? "" : `, ${state.speed} times as fast`;
    document.getElementById("speed").textContent = `${state.zone}${speed}`;
    document.getElementById("title").textContent = state.title;
    for (const phone of state.phones) show(phone, state.now);
    trouble.hidden = true;
  } catch {
    trouble.hidden = false;
  }
}

async function run() {
  if (!document.hidden) await refresh();
  setTimeout(run, EVERY_MS);
}

run();
