// The conversation with Python, as component.py describes it: commits, wishes and choices, and messages of bytes.

/**
 * The length of a JSON in four bytes, the JSON, the payload.
 * @param {Uint8Array} data
 * @returns {{ about: any, payload: Uint8Array }}
 */
export function unpack(data) {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const about = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  return { about, payload: data.subarray(4 + length) };
}

/** What was sent to Python and has a number that grows; what Python says counts once it has seen the last of them. */
export class Commits {
  /** @param {number} seen   the number that Python has seen when the element begins */
  constructor(seen) {
    this.last = seen;
  }

  /**
   * @param {(name: string, value: any) => void} setStateValue
   * @param {any} value
   * @param {string} [name]
   */
  send(setStateValue, value, name = "committed") {
    this.last += 1;
    setStateValue(name, { value, sequence: this.last });
  }

  /**
   * Whether Python has seen all of them.
   * @param {number} seen
   */
  areSeen(seen) {
    return seen === this.last;
  }
}

/**
 * A person's choice, kept here; Python is told, and need not answer.
 * @typedef {{ value: any, sequence: number, wish: number }} Choice
 */

/** @type {Map<string, Choice>} */
const choices = new Map(); // by key: outlives the element when Streamlit takes it away and puts it back

/**
 * The choice under a key, after Python's wish: that counts once, and not where the person has chosen since Python last
 * heard of a choice.
 * @param {string} key
 * @param {{ value: any, count: number, after: number }} wish
 * @param {boolean} fresh   whether the element has just begun
 * @returns {Choice}
 */
export function follow(key, wish, fresh) {
  const choice = choices.get(key) ?? { value: null, sequence: 0, wish: -1 };
  choices.set(key, choice);
  if (choice.wish !== wish.count && (fresh || wish.after >= choice.sequence)) choice.value = wish.value;
  choice.wish = wish.count;
  return choice;
}

/**
 * Choose, and say what tells Python of it.
 * @param {Choice} choice
 * @param {any} value
 * @returns {(setStateValue: (name: string, value: any) => void) => void}
 */
export function choose(choice, value) {
  Object.assign(choice, { value, sequence: Math.max(Date.now(), choice.sequence + 1) });
  return (setStateValue) => setStateValue("choice", { value: choice.value, sequence: choice.sequence });
}
