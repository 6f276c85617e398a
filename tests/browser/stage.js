// A blank page that is to a canvas what Streamlit is, and keeps a ledger of all that was begun and has not ended:
// timers, animation frames, observers, requests, cameras, addresses of blobs, and listeners outside of the canvas.
// It stands before anything else of the page; `stage` is for the tests.

(() => {
  const open = new Map(); // what was begun → what it is called
  const cleanups = [];
  const calls = []; // what was sent to Python: [name, value]
  const native = Object.fromEntries(
    ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "requestAnimationFrame", "cancelAnimationFrame"].map(
      (name) => [name, window[name].bind(window)],
    ),
  );
  let [host, root, component] = [];

  const begun = (token, kind) => {
    if (new Error().stack.includes("/canvas.js")) open.set(token, kind); // else it is Playwright that listens
    return token;
  };

  function watchTimers(start, stop, kind, again = false) {
    window[start] = (act, ...rest) => {
      const id = native[start](
        (...values) => {
          if (!again) open.delete(`${kind} ${id}`);
          act(...values);
        },
        ...rest,
      );
      begun(`${kind} ${id}`, kind);
      return id;
    };
    window[stop] = (id) => {
      open.delete(`${kind} ${id}`);
      native[stop](id);
    };
  }
  watchTimers("setTimeout", "clearTimeout", "timer");
  watchTimers("setInterval", "clearInterval", "interval", true);
  watchTimers("requestAnimationFrame", "cancelAnimationFrame", "animation frame");

  for (const name of ["ResizeObserver", "MutationObserver", "IntersectionObserver"]) {
    window[name] = class extends window[name] {
      observe(...values) {
        begun(this, name);
        super.observe(...values);
      }

      disconnect() {
        open.delete(this);
        super.disconnect();
      }
    };
  }

  const { fetch } = window;
  window.fetch = (...values) => {
    const token = begun({}, "request");
    return fetch(...values).finally(() => open.delete(token));
  };

  navigator.mediaDevices.getUserMedia = async () => {
    // a picture that a machine without a camera can take
    const picture = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
    picture.getContext("2d").fillRect(0, 0, 8, 8);
    const stream = picture.captureStream();
    for (const track of stream.getTracks()) {
      const stop = track.stop.bind(track);
      begun(track, "camera");
      track.stop = () => {
        open.delete(track);
        stop();
      };
    }
    return stream;
  };

  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => begun(createObjectURL(blob), "address of a blob");
  URL.revokeObjectURL = (address) => {
    open.delete(address);
    revokeObjectURL(address);
  };

  const { addEventListener, removeEventListener } = EventTarget.prototype;
  const isOutside = (target) =>
    target === window || target instanceof MediaQueryList || (target instanceof Node && document.contains(target)); // the document does not contain what a shadow root holds
  const listening = (target, type, act, options) =>
    [...open.keys()].find(
      (token) =>
        token.target === target &&
        token.type === type &&
        token.act === act &&
        token.capture === Boolean(options?.capture ?? options),
    );
  EventTarget.prototype.addEventListener = function (type, act, options) {
    const target = this ?? window;
    addEventListener.call(target, type, act, options);
    if (!isOutside(target) || options?.signal?.aborted || listening(target, type, act, options)) return;
    const token = begun({ target, type, act, capture: Boolean(options?.capture ?? options) }, `listener for ${type}`);
    if (options?.signal) addEventListener.call(options.signal, "abort", () => open.delete(token));
    if (options?.once) addEventListener.call(target, type, () => open.delete(token), { once: true });
  };
  EventTarget.prototype.removeEventListener = function (type, act, options) {
    const target = this ?? window;
    open.delete(listening(target, type, act, options));
    removeEventListener.call(target, type, act, options);
  };

  window.stage = {
    calls,

    /** What has been begun and has not ended. */
    open: () => [...open.values()].sort(),

    /** A new element with the html and css of the canvas, as Streamlit makes one. */
    async set(html, css) {
      host = document.createElement("div");
      root = host.attachShadow({ mode: "open" });
      root.innerHTML = `<style>${css}</style><div><div>${html}</div></div>`;
      document.body.append(host);
      component = (await import("/canvas.js")).default;
    },

    /** A run of the page; bytes come as a text in base 64. */
    run(data, bytes) {
      const said = (name, value) => calls.push([name, structuredClone(value)]);
      cleanups.push(
        component({
          data: bytes ? Uint8Array.from(atob(bytes), (sign) => sign.charCodeAt(0)) : data,
          parentElement: root,
          setStateValue: said,
          setTriggerValue: said,
        }),
      );
    },

    /** What the oldest run that has not been cleaned up wants done at its end. */
    clean: () => cleanups.shift()?.(),

    remove: () => host.remove(),

    /** The value of an expression of `root`, the shadow root, and `calls`. */
    see: (expression) => new Function("root", "calls", `return (${expression});`)(root, calls),

    /** When an expression of `root` has this value; Playwright's own way of waiting would stand in the ledger. */
    async until(expression, value, patience) {
      const end = performance.now() + patience;
      while (window.stage.see(expression) !== value) {
        if (performance.now() > end) throw new Error(`${expression} is ${window.stage.see(expression)}, not ${value}`);
        await new Promise((done) => native.requestAnimationFrame(done));
      }
    },

    /** When all that could be done at once, and the next two frames, are over. */
    async rest() {
      for (const _ of [1, 2]) await new Promise((done) => native.setTimeout(done));
      for (const _ of [1, 2]) await new Promise((done) => native.requestAnimationFrame(done));
    },

    /** What is still open when everything that ends at once has ended. */
    async left() {
      for (const _ of [1, 2, 3]) await new Promise((done) => native.setTimeout(done));
      return window.stage.open();
    },
  };
})();
