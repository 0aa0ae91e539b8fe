// The chosen theme, set before the first paint. Without a choice the system's is used.
(() => {
  const names = ["auto", "light", "dark"];
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem("mobius.theme");
    } catch {
      return null; // storage is forbidden here: the choice lasts as long as the page
    }
  };
  const set = (name) => {
    if (name === "auto") delete root.dataset.theme;
    else root.dataset.theme = name;
    const button = document.getElementById("theme");
    if (button) button.textContent = `Theme: ${name}`;
  };
  let chosen = names.includes(stored()) ? stored() : "auto";
  set(chosen);
  addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    button.hidden = false;
    set(chosen);
    button.addEventListener("click", () => {
      chosen = names[(names.indexOf(chosen) + 1) % names.length];
      try {
        localStorage.setItem("mobius.theme", chosen);
      } catch {
        // as above
      }
      set(chosen);
      dispatchEvent(new Event("themechange"));
    });
  });
  addEventListener("storage", (event) => {
    if (event.key === "mobius.theme" && names.includes(event.newValue)) {
      chosen = event.newValue;
      set(chosen);
      dispatchEvent(new Event("themechange"));
    }
  });
})();
