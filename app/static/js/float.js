/* Things that float above the page, next to what they belong to; the top layer clips nothing. */

const floating = new Map();

export function float(box, anchor) {
  floating.set(box, anchor);
  if (!box.matches(":popover-open")) box.showPopover();
  place(box, anchor);
}

function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = innerHeight - at.bottom - 8;
  const up = box.offsetHeight > below && at.top > below;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - box.offsetWidth - 8))}px`;
  box.style.top = up ? `${Math.max(8, at.top - box.offsetHeight - 2)}px` : `${at.bottom + 2}px`;
}

function placeAll() {
  for (const [box, anchor] of floating)
    if (!box.isConnected || !box.matches(":popover-open")) floating.delete(box);
    else place(box, anchor);
}

addEventListener("scroll", placeAll, { capture: true, passive: true });
addEventListener("resize", placeAll);
