// The icons in use, one import each, as one SVG sprite inside the page; an icon is then a single <use>.
import house from 'lucide-static/icons/house.svg?raw';
import users from 'lucide-static/icons/users.svg?raw';
import globe from 'lucide-static/icons/globe.svg?raw';
import bell from 'lucide-static/icons/bell.svg?raw';
import search from 'lucide-static/icons/search.svg?raw';
import bookmark from 'lucide-static/icons/bookmark.svg?raw';
import star from 'lucide-static/icons/star.svg?raw';
import userPlus from 'lucide-static/icons/user-plus.svg?raw';
import userCheck from 'lucide-static/icons/user-check.svg?raw';
import settings from 'lucide-static/icons/settings.svg?raw';
import squarePen from 'lucide-static/icons/square-pen.svg?raw';
import reply from 'lucide-static/icons/reply.svg?raw';
import repeat2 from 'lucide-static/icons/repeat-2.svg?raw';
import ellipsis from 'lucide-static/icons/ellipsis.svg?raw';
import bellOff from 'lucide-static/icons/bell-off.svg?raw';
import codeXml from 'lucide-static/icons/code-xml.svg?raw';
import share2 from 'lucide-static/icons/share-2.svg?raw';
import eye from 'lucide-static/icons/eye.svg?raw';
import images from 'lucide-static/icons/images.svg?raw';
import imagePlus from 'lucide-static/icons/image-plus.svg?raw';
import triangleAlert from 'lucide-static/icons/triangle-alert.svg?raw';
import lock from 'lucide-static/icons/lock.svg?raw';
import mail from 'lucide-static/icons/mail.svg?raw';
import moon from 'lucide-static/icons/moon.svg?raw';
import languages from 'lucide-static/icons/languages.svg?raw';
import x from 'lucide-static/icons/x.svg?raw';
import chevronLeft from 'lucide-static/icons/chevron-left.svg?raw';
import chevronRight from 'lucide-static/icons/chevron-right.svg?raw';
import check from 'lucide-static/icons/check.svg?raw';
import eyeOff from 'lucide-static/icons/eye-off.svg?raw';
import arrowLeft from 'lucide-static/icons/arrow-left.svg?raw';
import arrowUp from 'lucide-static/icons/arrow-up.svg?raw';
import logOut from 'lucide-static/icons/log-out.svg?raw';
import keyboard from 'lucide-static/icons/keyboard.svg?raw';
import trash2 from 'lucide-static/icons/trash-2.svg?raw';
import history from 'lucide-static/icons/history.svg?raw';
import pencil from 'lucide-static/icons/pencil.svg?raw';
import externalLink from 'lucide-static/icons/external-link.svg?raw';
import copy from 'lucide-static/icons/copy.svg?raw';
import user from 'lucide-static/icons/user.svg?raw';
import menu from 'lucide-static/icons/menu.svg?raw';
import volumeX from 'lucide-static/icons/volume-x.svg?raw';
import ban from 'lucide-static/icons/ban.svg?raw';
import hash from 'lucide-static/icons/hash.svg?raw';
import atSign from 'lucide-static/icons/at-sign.svg?raw';
import bot from 'lucide-static/icons/bot.svg?raw';
import badgeCheck from 'lucide-static/icons/badge-check.svg?raw';
import circleAlert from 'lucide-static/icons/circle-alert.svg?raw';
import image from 'lucide-static/icons/image.svg?raw';
import chartBarBig from 'lucide-static/icons/chart-bar-big.svg?raw';
import smile from 'lucide-static/icons/smile.svg?raw';
import pin from 'lucide-static/icons/pin.svg?raw';
import pinOff from 'lucide-static/icons/pin-off.svg?raw';
import plus from 'lucide-static/icons/plus.svg?raw';
import crosshair from 'lucide-static/icons/crosshair.svg?raw';
import filePen from 'lucide-static/icons/file-pen.svg?raw';
import circleCheck from 'lucide-static/icons/circle-check.svg?raw';
import list from 'lucide-static/icons/list.svg?raw';
import listPlus from 'lucide-static/icons/list-plus.svg?raw';
import layers from 'lucide-static/icons/layers.svg?raw';
import funnel from 'lucide-static/icons/funnel.svg?raw';
import calendarClock from 'lucide-static/icons/calendar-clock.svg?raw';
import inbox from 'lucide-static/icons/inbox.svg?raw';
import quote from 'lucide-static/icons/quote.svg?raw';
import link from 'lucide-static/icons/link.svg?raw';
import arrowDown from 'lucide-static/icons/arrow-down.svg?raw';
import coffee from 'lucide-static/icons/coffee.svg?raw';
import slidersHorizontal from 'lucide-static/icons/sliders-horizontal.svg?raw';
import flag from 'lucide-static/icons/flag.svg?raw';
import maximize2 from 'lucide-static/icons/maximize-2.svg?raw';
import zoomIn from 'lucide-static/icons/zoom-in.svg?raw';
import megaphone from 'lucide-static/icons/megaphone.svg?raw';
import cloudOff from 'lucide-static/icons/cloud-off.svg?raw';
import columns3 from 'lucide-static/icons/columns-3.svg?raw';
import pictureInPicture2 from 'lucide-static/icons/picture-in-picture-2.svg?raw';
import fileText from 'lucide-static/icons/file-text.svg?raw';

const shapes = {
  house,
  users,
  globe,
  bell,
  search,
  bookmark,
  star,
  'user-plus': userPlus,
  'user-check': userCheck,
  settings,
  'square-pen': squarePen,
  reply,
  'repeat-2': repeat2,
  ellipsis,
  'bell-off': bellOff,
  'code-xml': codeXml,
  'share-2': share2,
  eye,
  images,
  'image-plus': imagePlus,
  'triangle-alert': triangleAlert,
  lock,
  mail,
  moon,
  languages,
  x,
  'chevron-left': chevronLeft,
  'chevron-right': chevronRight,
  check,
  'eye-off': eyeOff,
  'arrow-left': arrowLeft,
  'arrow-up': arrowUp,
  'log-out': logOut,
  keyboard,
  'trash-2': trash2,
  history,
  pencil,
  'external-link': externalLink,
  copy,
  user,
  menu,
  'volume-x': volumeX,
  ban,
  hash,
  'at-sign': atSign,
  bot,
  'badge-check': badgeCheck,
  'circle-alert': circleAlert,
  image,
  'maximize-2': maximize2,
  'zoom-in': zoomIn,
  'file-text': fileText,
  megaphone,
  'picture-in-picture-2': pictureInPicture2,
  'columns-3': columns3,
  'cloud-off': cloudOff,
  flag,
  'chart-bar-big': chartBarBig,
  smile,
  pin,
  'pin-off': pinOff,
  plus,
  crosshair,
  'file-pen': filePen,
  'circle-check': circleCheck,
  list,
  'list-plus': listPlus,
  layers,
  funnel,
  'calendar-clock': calendarClock,
  inbox,
  quote,
  link,
  'arrow-down': arrowDown,
  coffee,
  'sliders-horizontal': slidersHorizontal,
};

export type IconName = keyof typeof shapes;

/** Puts the sprite into the page; once, before the first icon is shown. */
export function installIcons(document: Document): void {
  const symbols = Object.entries(shapes).map(([name, svg]) => {
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
    return `<symbol id="i-${name}" viewBox="0 0 24 24">${inner}</symbol>`;
  });
  const holder = document.createElement('div');
  holder.hidden = true;
  holder.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`;
  document.body.append(holder);
}
