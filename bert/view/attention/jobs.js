// Unpacking a head of 512 tokens takes some 10 ms. A picture is drawn with what is there; what it lacks is unpacked piece by
// piece, and the picture drawn again. While nothing else is to do, the rest of the page is unpacked.

const atOnce = 250_000;  // numbers that a picture waits for
let urgent = [], atLeisure = [], turn = null;

// Those of the wanted [layer, head] whose weights are there or soon will be; the others come later.
function ready(exhibit, wanted, kind) {
  let left = atOnce;
  return wanted.filter(([layer, head]) => {
    const stream = exhibit.streamOf(layer, head, kind);
    if (!stream || exhibit.isUnpacked(stream)) return true;
    if (left > 0) {
      left -= stream.count;
      return true;
    }
    urgent.push(() => exhibit.unpack(stream));
    schedule();
    return false;
  });
}

// An idle turn that is due already may come late; what is urgent does not wait for it.
function schedule() {
  const idle = window.requestIdleCallback ?? (f => setTimeout(f, 50));
  if (urgent.length && turn !== "urgent") turn = "urgent", setTimeout(work, 0);
  else if (!urgent.length && atLeisure.length && turn === null) turn = "idle", idle(work);
}

function work() {
  turn = null;
  const lacking = urgent.length > 0, job = (lacking ? urgent : atLeisure).shift();
  if (job) job();
  if (lacking && !urgent.length) render();
  schedule();
}

// The layers of a long text, those first that are nearest to what is shown.
function prepare() {
  for (const exhibit of exhibits.filter(each => each.n > 128)) {
    const add = (l, h) => exhibit.isFull(l, h) && atLeisure.push(() => exhibit.unpack(exhibit.streamOf(l, h)));
    for (const kind of Object.keys(kinds))
      exhibit.layers.forEach((_, l) => atLeisure.push(() => exhibit.unpack(exhibit.thumbnailsOf(l, kind))));
    exhibit.layers.forEach((_, l) => add(l, allHeads));
    const order = exhibit.layers.map((_, l) => l).sort((a, b) => Math.abs(a - state.layer) - Math.abs(b - state.layer));
    for (const l of order)
      for (const h of exhibit.layers[l].heads) add(l, h);
  }
  schedule();
}
