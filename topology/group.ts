/** The items by a key, in the order in which the keys first appear. (Node has Map.groupBy from version 21 on.) */
export function groupBy<Item, Key>(items: Iterable<Item>, keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** The items that differ as data, each once: of equal ones the last, in the place of the first. */
export function distinct<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => unknown = (item) => item,
): Item[] {
  return [...new Map([...items].map((item) => [JSON.stringify(keyOf(item)), item])).values()];
}
