// One clock for all relative times of the page, so that a thousand of them need one timer.

/** How often the shown times are looked at again, in milliseconds. */
const STEP = 30_000;

class Clock {
  now = $state(Date.now());

  /** Starts the clock; answers how to stop it. Also looks up when the page becomes visible again. */
  start(): () => void {
    const look = (): void => {
      this.now = Date.now();
    };
    const timer = setInterval(look, STEP);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }
}

export const clock = new Clock();
