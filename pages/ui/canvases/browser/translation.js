// A page that the browser translates goes on working.
//
// A translator puts <font> elements where texts were. Streamlit's front end (React) still holds the texts: when it takes
// one away, or puts something before it, the browser refuses ("is not a child of this node") and the page turns white;
// when it changes one, nobody sees it. So each text is remembered with what stands in its place.

/** @type {WeakMap<Node, Element>} */
const inPlaceOf = new WeakMap(); // text → the element that a translator has put in its place

/** What React asks of nodes is answered by what stands in their place. For good: the page keeps its nodes. */
export function mendNodes() {
  const { removeChild, insertBefore } = Node.prototype;

  /** @type {typeof removeChild} */
  Node.prototype.removeChild = function (child) {
    const there = standsIn(this, child);
    if (!there) return child; // taken away by somebody else already
    removeChild.call(this, there);
    return child;
  };
  /** @type {typeof insertBefore} */
  Node.prototype.insertBefore = function (node, before) {
    insertBefore.call(this, node, before && standsIn(this, before));
    return node;
  };
}

/** Remember what a translator puts in the place of texts. For good as well: the page's texts outlive what begins this. */
export function watchTranslation() {
  // a new text of the page replaces the translation of the old one, and is translated in its turn
  const changed = new MutationObserver((records) => {
    for (const { target } of records) {
      const there = inPlaceOf.get(target);
      if (there?.parentNode && !target.isConnected) there.replaceWith(target);
      inPlaceOf.delete(target);
    }
  });
  const replaced = new MutationObserver((records) => {
    for (const { removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      for (const text of removedNodes) {
        if (text.nodeType !== Node.TEXT_NODE || text.isConnected) continue;
        const there = [...addedNodes, previousSibling, nextSibling].find((node) => node?.nodeName === "FONT");
        if (!(there instanceof Element)) continue;
        inPlaceOf.set(text, there);
        changed.observe(text, { characterData: true });
      }
    }
  });
  replaced.observe(document.body, { subtree: true, childList: true });
}

/**
 * What stands among the children of a node where `child` was: itself, what a translator has put there, or null.
 * @param {Node} parent
 * @param {Node} child
 */
function standsIn(parent, child) {
  let there = /** @type {Node | null | undefined} */ (child.parentNode ? child : inPlaceOf.get(child));
  while (there && there.parentNode !== parent) there = there.parentNode; // a translator wraps it, too
  return there ?? null;
}
