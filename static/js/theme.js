// Where the person leaves the choice to the device: follow it, and tell the server for the next page.
const root = document.documentElement;
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function follow() {
  if (!("autoTheme" in root.dataset)) return;
  const shade = dark.matches ? "dark" : "light";
  root.dataset.bsTheme = shade;
  document.cookie = `scheme=${shade}; path=/; max-age=31536000; samesite=lax`;
}

dark.addEventListener("change", follow);
follow();
