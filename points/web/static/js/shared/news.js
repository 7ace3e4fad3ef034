/* What one module tells others without knowing them. */

export function announce(name, facts) {
  document.dispatchEvent(new CustomEvent("points:" + name, { detail: facts || {} }));
}
export function hearing(name, act) {
  document.addEventListener("points:" + name, (event) => { act(event.detail); });
}
