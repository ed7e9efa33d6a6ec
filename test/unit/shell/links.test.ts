import { describe, expect, it, vi } from 'vitest';
import { openLink } from '../../../src-main/shell/links.ts';

describe('a link out of the window', () => {
  it.each([
    'https://arxiv.org/abs/2410.20290',
    'https://github.com/Zanette-Labs/SpeculativeRejection',
    'https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct',
  ])('opens %s in the browser', async (url) => {
    const open = vi.fn(() => Promise.resolve());
    await openLink(url, open);
    expect(open).toHaveBeenCalledExactlyOnceWith(url);
  });

  it.each([
    'http://arxiv.org/',
    'https://arxiv.org.example.com/',
    'https://example.com/?arxiv.org',
    'https://arxiv.org:8443/',
    'https://someone:secret@arxiv.org/',
    'https://arxiv.org@example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://arxiv.org/share',
    'not an address',
    '',
  ])('does not open "%s"', async (url) => {
    const open = vi.fn(() => Promise.resolve());
    await expect(openLink(url, open)).rejects.toMatchObject({ code: 'message-invalid' });
    expect(open).not.toHaveBeenCalled();
  });
});
