// The newest picture of a running job, with what stood there before, and the way back along its saved frames.
//
// It asks app.py's route for what is new, one request at a time; the server answers when there is something new, so
// a step is seen a moment after it was made, and a picture costs the server far less than through Streamlit. The status
// of the job travels in a header. Streamlit hears only what it has to: that the state has changed, and "go on from here".

const APART = 100; // ms from one picture to the next at least: ten a second
const RETRY = 1000; // ms after a lost connection
const OVER = ['finished', 'stopped', 'failed'];
// By hand, because where there is no graphics card each frame of a smooth transition costs what the transfer could use.
const FADE = [0.33, 0.67, 1]; // of the new picture over the old one
const FADE_STEP = 50; // ms

const STILL = window.matchMedia('(prefers-reduced-motion: reduce)');

const views = new WeakMap(); // by parentElement: the function below runs again whenever data or theme change

export default function ({ data, parentElement, setTriggerValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = mount(parentElement);
    views.set(parentElement, view);
  }
  Object.assign(view, { data, setTriggerValue });
  describe(view);
  if (view.job !== data.job) begin(view);
  if (data.state !== view.told) { // Python knows of another state: there may be something new
    view.told = data.state;
    if (data.job && !view.asking) ask(view);
  }
  return () => {
    view.unmount.abort();
    clearTimeout(view.fading);
    views.delete(parentElement);
  };
}

function mount(parent) {
  const find = (name) => parent.querySelector(`.${name}`);
  const view = {
    stage: find('stage'), pictures: [...parent.querySelectorAll('.shown')], before: find('before'),
    left: find('left'), right: find('right'), looking: find('looking'), bar: find('bar'), status: find('status'),
    compare: find('compare'), compareLabel: find('compare-label'), full: find('full'),
    lines: [...parent.querySelectorAll('.line')],
    scrub: find('scrub'), scrubLabel: find('scrub-label'), rewind: find('rewind'),
    unmount: new AbortController(), job: null, asking: null, told: '', newest: null, wanted: null, fading: 0, now: null, lookedAt: null, unknown: 0, held: false,
  };
  const on = (target, type, act) => target.addEventListener(type, act, { signal: view.unmount.signal });
  on(view.compare, 'input', () => divide(view));
  on(view.full, 'click', () => (document.fullscreenElement ? document.exitFullscreen() : view.stage.requestFullscreen()));
  on(view.scrub, 'input', () => look(view));
  on(view.rewind, 'click', () => {
    view.setTriggerValue('rewind', view.lookedAt);
    view.held = true; // it goes on from what is seen: that stays until there is more
  });
  view.full.hidden = !document.fullscreenEnabled;
  return view;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function describe(view) {
  const { data: { words, width, height, before }, stage, pictures } = view;
  stage.style.aspectRatio = `${width} / ${height}`; // reserved before anything has arrived
  pictures.forEach((picture) => picture.setAttribute('aria-label', words.alt));
  view.lines.forEach((line) => (line.hidden = view.data.compact));
  if (view.before.getAttribute('src') !== before) view.before.src = before;
  view.left.textContent = words.before;
  view.right.textContent = words.now;
  view.compareLabel.textContent = words.compare;
  view.compare.setAttribute('aria-label', words.compare);
  view.scrubLabel.textContent = words.scrub;
  view.scrub.setAttribute('aria-label', words.scrub);
  view.rewind.textContent = words.rewind;
  view.full.title = words.full;
  view.full.setAttribute('aria-label', words.full);
  divide(view);
  say(view);
}

function begin(view) {
  const { data } = view;
  // the old conversation is over, whatever the server still holds back of it
  Object.assign(view, { job: data.job, newest: null, now: null, lookedAt: null, told: null, asking: null });
  view.stage.dataset.sequence = '';
  if (!view.held) putFrom(view, data.before);
  view.held = false;
  say(view);
}

// ------------------------------------------------------------------------------------------------ what the server says

async function ask(view) {
  const job = view.job;
  const asking = (view.asking = {}); // another job, or this one again, begins another conversation
  const open = () => view.job === job && view.asking === asking && !view.unmount.signal.aborted;
  while (open()) {
    const asked = performance.now();
    let wait = APART;
    try {
      const query = `after=${view.stage.dataset.sequence}&state=${view.now?.state ?? ''}`;
      const answer = await fetch(`api/transfer/${job}/newest.jpg?${query}`, {
        cache: 'no-store', signal: view.unmount.signal,
      });
      if (!open()) break;
      if (answer.status === 404) { // the job is gone; Python has words for that
        view.setTriggerValue('moved', 'gone');
        break;
      }
      // decoded before anything is said of it: all that changes changes at once, and the page is drawn once
      const picture = answer.status === 200 ? await createImageBitmap(await answer.blob()) : null;
      if (!open()) break;
      if (answer.ok) hear(view, JSON.parse(answer.headers.get('x-status')));
      if (picture) take(view, picture);
      if (OVER.includes(view.now?.state) && answer.status === 204) break; // nothing new will come
    } catch (fault) {
      if (fault.name === 'AbortError') break;
      wait = RETRY;
    }
    const rest = wait - (performance.now() - asked);
    if (rest > 0) await new Promise((resume) => setTimeout(resume, rest));
  }
  if (view.asking === asking) view.asking = null;
}

function hear(view, status) {
  const moved = status.state !== (view.now?.state ?? view.data.state);
  view.now = status;
  view.told = status.state;
  if (moved && status.state !== view.data.state) view.setTriggerValue('moved', `${status.state} ${status.sequence}`);
  // another tab has asked for something else; this page's own wishes are known to it a moment later
  view.unknown = (status.asked ?? 0) > view.data.asked ? view.unknown + 1 : 0;
  if (view.unknown === 5) view.setTriggerValue('moved', `asked ${status.asked}`);
  const { frames } = status;
  const last = frames.length; // one beyond the saved ones: the newest picture
  const live = view.lookedAt === null;
  view.scrub.max = last;
  view.scrub.disabled = last === 0;
  if (live) view.scrub.value = last;
  else if (!frames.includes(view.lookedAt)) [view.lookedAt, view.scrub.value] = [null, last]; // thinned out
  else view.scrub.value = frames.indexOf(view.lookedAt);
  say(view);
}

function take(view, picture) {
  view.newest?.close(); // what stands there was drawn from it
  view.newest = picture;
  view.stage.dataset.sequence = view.now.sequence;
  view.stage.dataset.shown = Number(view.stage.dataset.shown ?? 0) + 1;
  if (view.lookedAt === null) put(view, picture);
}

// -------------------------------------------------------------------------------------------------- what a person sees

/** Fade from the picture that is seen to this one. */
function put(view, picture) {
  view.wanted = picture;
  const [seen, next] = view.pictures.reverse();
  if (next.width !== picture.width) next.width = picture.width; // a new size costs a layout, so only another one
  if (next.height !== picture.height) next.height = picture.height;
  next.getContext('2d').drawImage(picture, 0, 0);
  seen.className = 'shown';
  next.className = 'shown above';
  seen.setAttribute('aria-hidden', 'true');
  next.removeAttribute('aria-hidden');
  seen.style.opacity = 1;
  clearTimeout(view.fading);
  fade(view, next, STILL.matches ? FADE.length - 1 : 0);
}

function fade(view, picture, at) {
  picture.style.opacity = FADE[at];
  if (at + 1 < FADE.length) view.fading = setTimeout(() => fade(view, picture, at + 1), FADE_STEP);
}

/** The same for a picture at an address, unless another one has been asked for by the time it is here. */
async function putFrom(view, source) {
  const picture = new Image();
  view.wanted = picture;
  picture.src = source;
  await picture.decode().catch(() => {}); // thinned out meanwhile; what stands there stays
  if (picture.naturalWidth && view.wanted === picture) put(view, picture);
}

function show(view) {
  if (view.lookedAt === null && view.newest) put(view, view.newest);
  else putFrom(view, view.lookedAt === null ? view.data.before : `api/transfer/${view.job}/${view.lookedAt}.jpg`);
  say(view);
}

function look(view) {
  const { frames } = view.now;
  const at = Number(view.scrub.value);
  view.lookedAt = frames[at] ?? null;
  show(view);
}

function divide({ compare, stage }) {
  stage.style.setProperty('--share', `${compare.value}%`);
  stage.style.setProperty('--compared', compare.value > 0 ? 1 : 0);
}

function say(view) {
  const { data: { words, state }, now, lookedAt } = view;
  const known = now ?? { state, iteration: 0, steps: 0, seconds: 0, place: 0 };
  view.bar.style.setProperty('--done', known.steps ? Math.min(1, known.iteration / known.steps) : 0);
  const named = fill(words[`state_${known.state}`] ?? '', known);
  const seconds = known.seconds.toFixed(known.seconds < 10 ? 1 : 0);
  view.status.textContent = now
    ? fill(words[view.data.compact ? 'progress_brief' : now.halvings ? 'progress_halved' : 'progress'], { ...known, seconds, state: named })
    : view.job ? named : view.data.compact ? '' : words.idle;
  view.looking.textContent = lookedAt === null ? '' : fill(words.looking, { step: lookedAt });
  view.rewind.disabled = lookedAt === null;
}
