// What the page does better with a script; everything works without.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 2000);
  });
}

// What is being read is there in a moment; a switch that stays slow is left alone after some tries.
const again = document.querySelector("[data-again]");
if (again) {
  const key = `again ${location.pathname}`;
  const tries = Number(sessionStorage.getItem(key) ?? 0);
  if (tries < Number(again.dataset.most)) {
    again.hidden = false;
    sessionStorage.setItem(key, tries + 1);
    setTimeout(() => location.reload(), Number(again.dataset.again) * 1000);
  } else sessionStorage.removeItem(key);
} else sessionStorage.removeItem(`again ${location.pathname}`);

// A slash begins a search, as in many tools.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("q");
  if (event.key !== "/" || !field || /^(INPUT|TEXTAREA)$/.test(event.target.tagName)) return;
  event.preventDefault();
  field.select();
});

// Times are written in UTC; whoever looks has a clock of their own.
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
for (const element of document.querySelectorAll("time[datetime]")) {
  const at = new Date(element.dateTime);
  if (isNaN(at)) continue;
  element.title = element.textContent;
  element.textContent = clock.format(at);
}
