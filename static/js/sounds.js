// Three sounds, made on the spot: ok, error (twice, low), done (rising). Volume and mute are kept on this terminal.
let context = null;

const store = {
  get isMuted() { return localStorage.getItem("sound") === "off"; },
  set isMuted(value) { localStorage.setItem("sound", value ? "off" : "on"); },
};

function tone(frequency, start, seconds, volume = 0.25) {
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.type = "square";
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(volume, context.currentTime + start);
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + start + seconds);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(context.currentTime + start);
  oscillator.stop(context.currentTime + start + seconds);
}

const melodies = {
  ok: () => tone(880, 0, 0.08),
  error: () => { tone(220, 0, 0.35); tone(220, 0.45, 0.35); },
  done: () => [523, 659, 784].forEach((frequency, step) => tone(frequency, step * 0.11, 0.14)),
};

export function play(name) {
  if (store.isMuted || !melodies[name]) return;
  if (navigator.userActivation?.hasBeenActive === false) return;  // browsers let no page sound before it was touched
  context ??= new AudioContext();
  if (context.state === "suspended") context.resume();
  melodies[name]();
  navigator.vibrate?.(name === "error" ? [200, 80, 200] : 40);
}

export function show(button) {
  button.setAttribute("aria-pressed", String(!store.isMuted));
  button.querySelectorAll("[data-when]").forEach((part) => { part.hidden = (part.dataset.when === "off") !== store.isMuted; });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sound]");
  if (!button) return;
  store.isMuted = !store.isMuted;
  show(button);
  play("ok");
});
document.querySelectorAll("[data-sound]").forEach(show);
