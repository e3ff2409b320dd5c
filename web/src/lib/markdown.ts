/** Markdown as safe HTML: parsed by marked, then everything that is not plain text markup is taken out. */
import DOMPurify from 'dompurify';
import { marked } from 'marked';

const TAGS = [
  ...['p', 'br', 'hr', 'em', 'strong', 'del', 'code', 'pre', 'blockquote', 'a', 'ul', 'ol', 'li'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
];
// The page has its own headings: what people write begins two floors below its title.
const LOWER: Record<string, string> = { H1: 'h3', H2: 'h4', H3: 'h5', H4: 'h6', H5: 'h6' };

/** HTML that may stand in the page. Links leave it in a new tab; images, scripts, styles and forms are gone. */
export const safeHtml = (text: string): string => {
  const dirty = marked.parse(text, { async: false, gfm: true, breaks: true });
  const fragment = DOMPurify.sanitize(dirty, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'title', 'start'],
    ALLOWED_URI_REGEXP: /^(?:https?:|mailto:)/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  }
  for (const heading of fragment.querySelectorAll('h1, h2, h3, h4, h5')) {
    const lower = document.createElement(LOWER[heading.tagName] ?? 'h6');
    lower.append(...heading.childNodes);
    heading.replaceWith(lower);
  }
  const holder = document.createElement('div');
  holder.append(fragment);
  return holder.innerHTML;
};
