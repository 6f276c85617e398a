// One life for each element that a component is shown in.
//
// Streamlit calls a component's function at every run of the page, and calls the function that it returns not only when
// the element goes but also for a run that newer data overtook before it was drawn: the element stays, and what was
// begun on it must go on. So the end is only where the element has gone.

/**
 * What Streamlit gives to the default export of a component.
 * @typedef {object} Component
 * @property {any} data
 * @property {ShadowRoot} parentElement
 * @property {(name: string, value: any) => void} setStateValue     a value that Python keeps
 * @property {(name: string, value: any) => void} setTriggerValue   a value that Python hears of in one run
 */

/**
 * The default export of a component.
 * @template View
 * @param {object} life
 * @param {(component: Component, ending: AbortSignal) => View} life.begin   once for an element: finds its parts and
 *   listens; whatever is begun here ends with the signal
 * @param {(view: View, component: Component) => void} life.update   at every run
 * @param {(view: View) => void} [life.end]   when the element has gone, after the signal
 * @returns {(component: Component) => () => void}
 */
export function lifecycle({ begin, update, end }) {
  /** @type {WeakMap<Node, { view: View, ending: AbortController }>} */
  const lives = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    let life = lives.get(parentElement);
    if (!life) {
      const ending = new AbortController();
      life = { ending, view: begin(component, ending.signal) };
      lives.set(parentElement, life);
    }
    const { view, ending } = life;
    update(view, component);
    const endIfGone = () => {
      if (parentElement.isConnected || ending.signal.aborted) return;
      lives.delete(parentElement);
      ending.abort();
      end?.(view);
    };
    return () => {
      endIfGone();
      setTimeout(endIfGone); // where it is called just before the element is taken away
    };
  };
}

/**
 * Listen to one or several kinds of events until the end.
 * @param {EventTarget} target
 * @param {string} types   apart by spaces
 * @param {(event: any) => void} act
 * @param {AbortSignal} ending
 * @param {{ passive?: boolean, capture?: boolean }} [options]
 */
export function listen(target, types, act, ending, options = {}) {
  for (const type of types.split(" ")) target.addEventListener(type, act, { ...options, signal: ending });
}

/**
 * Be told of the size of an element, now and whenever it changes, until the end.
 * @param {Element} element
 * @param {() => void} act
 * @param {AbortSignal} ending
 */
export function watchSize(element, act, ending) {
  const observer = new ResizeObserver(act);
  observer.observe(element);
  ending.addEventListener("abort", () => observer.disconnect());
}
