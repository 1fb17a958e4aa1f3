// The four audiences of a post and the sign of each.
import type { Visibility } from '../../app/entities';
import type { IconName } from '../../ui/icons';

export const VISIBILITIES: Visibility[] = ['public', 'unlisted', 'private', 'direct'];

const ICONS: Record<Visibility, IconName> = { public: 'globe', unlisted: 'moon', private: 'lock', direct: 'at-sign' };

export function visibilityIcon(visibility: Visibility): IconName {
  return ICONS[visibility];
}
