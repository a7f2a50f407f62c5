// Behaviour of every page. All of it is comfort: without this file each page still works.

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

// Light, dark, or as the system says.
const themeSwitch = document.querySelector("[data-theme-switch]");
if (themeSwitch) {
  themeSwitch.hidden = false;
  themeSwitch.addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch { /* kept for this page only */ }
  });
}

// Shortcuts: / searches, ? shows the list, g and a letter goes; data-key on a link or button.
const dialog = document.getElementById("shortcuts");
const opener = document.querySelector("[data-shortcuts]");
if (dialog && opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
}

let isGoing = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog?.open) return;
  const key = event.key;
  const target = isGoing
    ? document.querySelector(`[data-go="${CSS.escape(key)}"]`)
    : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const wasGoing = isGoing;
  isGoing = key === "g" && !wasGoing;
  if (key === "?" && dialog) dialog.showModal();
  else if (key === "/" && !wasGoing) {
    const box = document.querySelector("input[type=search]");
    const page = document.querySelector("[data-go='s']");
    if (box) box.focus();
    else if (page) page.click();
    else return;
  } else if (target) target.click();
  else return;
  event.preventDefault();
});

// GOV.UK's components, only on a page that has one.
if (document.querySelector("[data-module^='govuk-']")) {
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  const { initAll } = await import("../../vendor/govuk-frontend/govuk-frontend.min.js");
  initAll();
}

// Elements with a map, each only on a page that has one.
const wakeMaps = () => {
  for (const name of ["location-field", "case-map", "register-map", "city-map", "city-sheet"]) {
    if (document.querySelector(name)) import(`./map/${name}.js`);
  }
};
wakeMaps();
document.addEventListener("htmx:load", wakeMaps);
