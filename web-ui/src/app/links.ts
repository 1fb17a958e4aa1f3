// Paging by the Link header: the only right way, since the cursors of many lists are ids of hidden rows.

/** Addresses of the neighbouring pages, as paths on this origin. */
export interface Links {
  next?: string;
  prev?: string;
}

/**
 * Reads `<https://host/path?max_id=1>; rel="next", <…>; rel="prev"`.
 * The host is dropped: pages are asked of the origin the app came from and of nobody else.
 */
export function parseLinks(header: string | null): Links {
  const links: Links = {};
  if (!header) return links;
  for (const match of header.matchAll(/<([^>]*)>\s*((?:;\s*[^;,"=]+(?:=(?:"[^"]*"|[^;,]*))?\s*)*)/g)) {
    const [, address = '', parameters = ''] = match;
    const rel = /;\s*rel="?([^";]+)"?/i.exec(parameters)?.[1];
    if (rel !== 'next' && rel !== 'prev') continue;
    try {
      const url = new URL(address, location.origin);
      links[rel] = url.pathname + url.search;
    } catch {
      continue;
    }
  }
  return links;
}
