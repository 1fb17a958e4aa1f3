// Accounts, statuses and relationships by id: one copy of each, so that a boost shows wherever the post stands.
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { get } from './api';
import { newer, type Account, type Id, type Relationship, type Status } from './entities';
import { session } from './session';

/** Above this many statuses, those that no list holds are let go. */
const STATUS_LIMIT = 3000;
/** Deleted ids that are remembered, so that late news of them is not shown. */
const GONE_LIMIT = 1000;
/** Ids asked of the relationships endpoint at once. */
const RELATIONSHIP_BATCH = 40;

/** Someone who shows statuses and can say which ones must be kept. */
export interface Holder {
  held(): Iterable<Id>;
}

/** Viewer's marks that public streams do not carry: an update without them must not wipe them. */
const MARKS = ['favourited', 'reblogged', 'bookmarked', 'muted', 'pinned', 'filtered'] as const;

/**
 * A vote is never taken back: an answer that does not know of it set out before it, or is meant for everybody. Only an
 * edit of the post may ask anew.
 */
function keepVote(status: Status, known: Status): void {
  if (!status.poll || !known.poll?.voted || status.poll.voted || status.edited_at !== known.edited_at) return;
  const { own_votes = [] } = known.poll;
  status.poll = status.poll.voted === false ? known.poll : { ...status.poll, voted: true, own_votes };
}

class Store {
  readonly statuses = new SvelteMap<Id, Status>();
  /** By post, the first reply of its own author: how threads go on. */
  readonly continued = new SvelteMap<Id, Id>();
  readonly accounts = new SvelteMap<Id, Account>();
  readonly relationships = new SvelteMap<Id, Relationship>();
  /** Statuses deleted while the page was open. */
  readonly gone = new SvelteSet<Id>();
  readonly holders = new Set<Holder>();
  #asked = new Set<Id>();
  #wanted = new Set<Id>();

  /** The reader's own account, once it is known. */
  get me(): Account | undefined {
    return session.account_id ? this.accounts.get(session.account_id) : undefined;
  }

  isMe(id: Id): boolean {
    return id === session.account_id;
  }

  /** Takes a status in (and the one it boosts) and answers its id. */
  put(status: Status): Id {
    const { reblog } = status;
    if (reblog) this.put(reblog);
    if (status.quote?.quoted_status) this.put(status.quote.quoted_status);
    const known = this.statuses.get(status.id);
    if (known) {
      for (const mark of MARKS) {
        if (status[mark] === undefined && known[mark] !== undefined) Object.assign(status, { [mark]: known[mark] });
      }
      keepVote(status, known);
    }
    this.putAccount(status.account);
    this.statuses.set(status.id, status);
    this.#continue(status);
    return status.id;
  }

  #continue({ id, account, in_reply_to_id: above, in_reply_to_account_id: author }: Status): void {
    if (!above || author !== account.id) return;
    const known = this.continued.get(above);
    if (!known || newer(known, id)) this.continued.set(above, id);
  }

  /** The own reply that goes on behind a post, while it is known. */
  next(id: Id): Id | undefined {
    const next = this.continued.get(id);
    return next && this.statuses.has(next) ? next : undefined;
  }

  putAll(statuses: Status[]): Id[] {
    const ids = statuses.map((status) => this.put(status));
    if (this.statuses.size > STATUS_LIMIT) this.#prune();
    return ids;
  }

  putAccount(account: Account): Id {
    const source = account.source ?? this.accounts.get(account.id)?.source;
    this.accounts.set(account.id, source ? { ...account, source } : account);
    return account.id;
  }

  putAccounts(accounts: Account[]): Id[] {
    return accounts.map((account) => this.putAccount(account));
  }

  /** Changes some fields of a known status. */
  edit(id: Id, change: Partial<Status>): void {
    const known = this.statuses.get(id);
    if (known) this.statuses.set(id, { ...known, ...change });
  }

  remove(id: Id): void {
    this.#lose(id);
    this.statuses.delete(id);
    for (const [other, status] of this.statuses) {
      if (status.reblog?.id === id) {
        this.#lose(other);
        this.statuses.delete(other);
      }
    }
  }

  #lose(id: Id): void {
    this.gone.add(id);
    for (const oldest of this.gone) {
      if (this.gone.size <= GONE_LIMIT) break;
      this.gone.delete(oldest);
    }
  }

  /** Makes sure that the relationships to these accounts get known; asks once for many. */
  relate(ids: Id[]): void {
    if (!session.token) return;
    for (const id of ids) {
      if (!this.isMe(id) && !this.#asked.has(id)) this.#wanted.add(id);
    }
    if (this.#wanted.size) queueMicrotask(() => void this.#ask());
  }

  async #ask(): Promise<void> {
    while (this.#wanted.size) {
      const batch = [...this.#wanted].slice(0, RELATIONSHIP_BATCH);
      for (const id of batch) {
        this.#wanted.delete(id);
        this.#asked.add(id);
      }
      try {
        const answers = await get<Relationship[]>('/api/v1/accounts/relationships', { id: batch });
        for (const answer of answers) this.relationships.set(answer.id, answer);
      } catch {
        // Without an answer the buttons stay hidden; the next visit asks again.
        for (const id of batch) this.#asked.delete(id);
      }
    }
  }

  #prune(): void {
    const keep = new Set<Id>();
    for (const holder of this.holders) for (const id of holder.held()) keep.add(id);
    for (const id of [...keep]) {
      const status = this.statuses.get(id);
      const quoted = status?.quote ?? status?.reblog?.quote;
      for (const inner of [status?.reblog?.id, quoted?.quoted_status?.id]) if (inner) keep.add(inner);
    }
    for (const id of this.statuses.keys()) if (!keep.has(id)) this.statuses.delete(id);
    for (const [id, next] of this.continued) if (!this.statuses.has(next)) this.continued.delete(id);
  }
}

export const store = new Store();

/** Fetches the reader's own account, with the parts only the reader may see. */
export async function loadMe(): Promise<Account> {
  const account = await get<Account>('/api/v1/accounts/verify_credentials');
  store.putAccount(account);
  return account;
}
