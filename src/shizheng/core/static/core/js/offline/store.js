// What a device keeps for a page that works without signal, in a database of the page's own.

// Returns how to work within one of the stores. A store has the key that is named, or none of its own.
export const database = (name, stores) => {
  const opened = () => new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(stores)) asked.result.createObjectStore(store, keyPath ? { keyPath } : {});
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

  // Resolves once the transaction is complete, so that what was saved survives the tab.
  return async (store, mode, work) => {
    const kept = await opened();
    try {
      return await new Promise((resolve, reject) => {
        const transaction = kept.transaction(store, mode);
        const asked = work(transaction.objectStore(store));
        transaction.oncomplete = () => resolve(asked.result);
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    } finally {
      kept.close();
    }
  };
};

export const oldestFirst = (entries) => entries.sort((a, b) => a.saved_at.localeCompare(b.saved_at));

// Entries that wait or were sent, and facts such as who was signed in last.
export const fieldStore = (name) => {
  const within = database(name, { entries: "offline_id", facts: "" });
  return {
    putEntry: (entry) => within("entries", "readwrite", (store) => store.put(entry)),
    dropEntry: (id) => within("entries", "readwrite", (store) => store.delete(id)),
    entryOf: (id) => within("entries", "readonly", (store) => store.get(id)),
    entries: async () => oldestFirst(await within("entries", "readonly", (store) => store.getAll())),
    putFact: (fact, value) => within("facts", "readwrite", (store) => store.put(value, fact)),
    factOf: (fact) => within("facts", "readonly", (store) => store.get(fact)),
  };
};
