// What the tests need from a browser and happy-dom does not have.
import { vi } from 'vitest';

vi.stubGlobal(
  'IntersectionObserver',
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);
