// What the tests need from a browser and happy-dom does not have.
import { vi } from 'vitest';
import { loadWords } from './app/i18n';

vi.stubGlobal(
  'IntersectionObserver',
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);

await loadWords();
