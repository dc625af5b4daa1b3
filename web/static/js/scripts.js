// The large parts are fetched when they are first needed, once.
const loaded = new Map();

export function script(address) {
  if (!loaded.has(address)) loaded.set(address, fetchScript(address));
  return loaded.get(address);
}

function fetchScript(address) {
  return new Promise((resolve, reject) => {
    const tag = document.createElement('script');
    tag.src = address;
    tag.addEventListener('load', () => resolve());
    tag.addEventListener('error', () => {
      loaded.delete(address);
      tag.remove();
      reject(new Error(address));
    });
    document.head.append(tag);
  });
}
