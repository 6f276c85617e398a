// The newest picture of a running job. It asks the preview route for what is new, one request at a time; that costs the
// server far less than sending every picture through Streamlit.

const INTERVAL = 100; // ms from one question to the next: ten pictures a second
const RETRY = 1000; // ms after a lost connection

const views = new WeakMap(); // by parentElement: the function below runs again whenever data or theme change

export default function ({ data, parentElement }) {
  const image = parentElement.querySelector('.preview');
  image.alt = data.alt;
  image.style.aspectRatio = `${data.width} / ${data.height}`; // reserved, so that nothing jumps

  let view = views.get(parentElement);
  if (view?.source !== data.source) {
    stop(view);
    view = { source: data.source, sequence: '', running: data.running, asking: false, url: '' };
    views.set(parentElement, view);
    if (!data.source || data.running) image.src = data.poster;
  }
  view.running = data.running;
  if (view.source && !view.asking) ask(view, image);
  return () => {
    stop(views.get(parentElement));
    views.delete(parentElement);
  };
}

function stop(view) {
  if (!view) return;
  view.stopped = true;
  URL.revokeObjectURL(view.url);
}

async function ask(view, image) {
  view.asking = true;
  let again = true;
  while (again && !view.stopped) {
    const asked = performance.now();
    let wait = INTERVAL;
    again = view.running; // a job at rest is asked once more, for its last picture
    try {
      const response = await fetch(`${view.source}?after=${view.sequence}`, { cache: 'no-store' });
      if (response.status === 404) break; // the job is gone
      if (response.status === 200) await show(view, image, response);
    } catch {
      wait = RETRY;
      again = true;
    }
    const rest = wait - (performance.now() - asked);
    if (again && rest > 0) await new Promise((resume) => setTimeout(resume, rest));
  }
  view.asking = false;
}

async function show(view, image, response) {
  const url = URL.createObjectURL(await response.blob());
  if (view.stopped) {
    URL.revokeObjectURL(url);
    return;
  }
  view.sequence = response.headers.get('x-sequence');
  image.src = url;
  image.dataset.sequence = view.sequence;
  await image.decode().catch(() => {}); // the next picture replaced it
  URL.revokeObjectURL(view.url);
  view.url = url;
}
