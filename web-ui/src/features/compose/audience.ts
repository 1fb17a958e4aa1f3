// Whom a reply reaches: never more people than what it replies to, and those who take part in the conversation.
import type { Id, Status, Visibility } from '../../app/entities';

const WIDTH: Record<Visibility, number> = { public: 3, unlisted: 2, private: 1, direct: 0 };

/** A reply is never seen by more people than what it replies to. */
export function narrower(a: Visibility, b: Visibility): Visibility {
  return WIDTH[a] <= WIDTH[b] ? a : b;
}

/** Who is addressed by a reply: the author replied to first, then the other people in the conversation, without the reader. */
export function addressed(status: Status, me: Id | null): string[] {
  const all = [status.account, ...status.mentions];
  return [...new Set(all.filter(({ id }) => id !== me).map(({ acct }) => `@${acct}`))];
}

/** The mentions a text begins with, to begin the next post of a private thread with. */
export function leading(text: string): string {
  return /^\s*((?:@[^\s@]+(?:@[^\s@]+)?\s+)+)/u.exec(`${text} `)?.[1]?.replace(/\s+/gu, ' ') ?? '';
}
