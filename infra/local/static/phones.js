// The phones and mailboxes of the local cloud. Text from outside is only ever shown as text.

const EVERY_MS = 1000;
const RINGS_MS = 4000;
const NEWS = ["ours", "notice"]; // what makes a phone ring
const main = document.getElementById("people");
const templates = {
  person: document.getElementById("person"),
  letter: document.getElementById("letter"),
};
const frames = new Map();

function wall(instant, zone, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(new Date(instant));
}

function dayAndTime(instant, zone) {
  return wall(instant, zone, { weekday: "short", hour: "2-digit", minute: "2-digit" });
}

function copyOf(template) {
  return template.content.firstElementChild.cloneNode(true);
}

function leadTo(link, address) {
  link.hidden = !/^https?:\/\//.test(address);
  if (!link.hidden) link.href = address;
}

function frameOf(person) {
  const known = frames.get(person.id);
  if (known) return known;
  const frame = copyOf(templates.person);
  const form = frame.querySelector("form");
  form.hidden = !person.number;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = form.elements.text.value.trim();
    if (text) reply(person.id, text).then(() => form.reset());
  });
  frame.querySelector(".code").addEventListener("click", (event) => {
    reply(person.id, event.currentTarget.dataset.code);
  });
  frame.querySelector("input").setAttribute("aria-label", `Reply from the phone of ${person.name}`);
  frame.querySelector(".texts").setAttribute("aria-label", `Texts on the phone of ${person.name}`);
  main.append(frame);
  frames.set(person.id, frame);
  return frame;
}

function bubble(text, zone) {
  const item = document.createElement("li");
  const body = document.createElement("span");
  const time = document.createElement("time");
  item.classList.toggle("mine", text.kind === "theirs");
  item.classList.toggle("notice", text.kind === "notice");
  item.classList.toggle("trace", text.kind === "trace");
  body.textContent = text.body;
  time.dateTime = text.at;
  time.textContent = dayAndTime(text.at, zone);
  item.append(body, time);
  return item;
}

function envelope(letter, zone) {
  const item = copyOf(templates.letter);
  const time = item.querySelector("time");
  item.querySelector(".subject").textContent = letter.subject;
  time.dateTime = letter.at;
  time.textContent = dayAndTime(letter.at, zone);
  item.querySelector(".body").textContent = letter.body.trim();
  leadTo(item.querySelector(".link"), letter.link);
  return item;
}

// What a list does not show yet; it keeps what it shows, so that nothing that is read moves.
function added(list, found, make) {
  const shown = new Set(Array.from(list.children, (item) => item.dataset.id));
  const fresh = found.filter((one) => !shown.has(one.id));
  for (const one of fresh) {
    const item = make(one);
    item.dataset.id = one.id;
    list.append(item);
  }
  return fresh;
}

function show(person, state) {
  const frame = frameOf(person);
  frame.querySelector("h2").textContent = person.name;
  const about = [person.number || "no phone", ...person.roles];
  if (person.line !== "open") about.push(person.line);
  frame.querySelector(".about").textContent = about.join(" · ");
  const clock = frame.querySelector(".wall time");
  clock.dateTime = state.now;
  clock.textContent = wall(state.now, person.zone, { hour: "2-digit", minute: "2-digit" });
  clock.title = person.zone;
  showTexts(frame, person, state);
  showMail(frame, person);
  const code = frame.querySelector(".code");
  code.hidden = !person.code;
  code.dataset.code = person.code;
  code.textContent = `Reply ${person.code}`;
  leadTo(frame.querySelector(".answers .link"), person.link);
}

function showTexts(frame, person, state) {
  const list = frame.querySelector(".texts");
  const fresh = added(list, person.texts, (text) => bubble(text, person.zone));
  if (fresh.length) list.scrollTop = list.scrollHeight;
  // What came while nobody looked has stopped ringing.
  const isNew = (text) => (new Date(state.now) - new Date(text.at)) / state.speed < RINGS_MS;
  if (fresh.some((text) => NEWS.includes(text.kind) && isNew(text))) ring(frame);
  list.hidden = person.texts.length === 0;
  frame.querySelector(".quiet").hidden = person.texts.length > 0;
}

function showMail(frame, person) {
  const mail = frame.querySelector(".mail");
  mail.hidden = person.letters.length === 0;
  if (mail.hidden) return;
  mail.querySelector("h3").textContent = `E-mail · ${person.letters.at(-1).to}`;
  const list = mail.querySelector(".letters");
  if (added(list, person.letters, (letter) => envelope(letter, person.zone)).length) {
    list.scrollTop = list.scrollHeight;
  }
}

function ring(frame) {
  const phone = frame.querySelector(".phone");
  phone.classList.remove("is-ringing");
  void phone.offsetWidth; // so that the animation begins anew
  phone.classList.add("is-ringing");
  setTimeout(() => phone.classList.remove("is-ringing"), RINGS_MS);
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
    for (const person of state.people) show(person, state);
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
