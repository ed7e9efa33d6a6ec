import { afterEach, describe, expect, it } from 'vitest';
import { ChatTemplate } from '../../../../src-main/engine/tokenizer/chat-template.ts';
import { readFixture } from '../../../helpers/generator-fixtures.ts';

const oracle = readFixture('chat-template-oracle.json') as {
  begin: string;
  end: string;
  prompts: string[];
  templates: { model: string; source: string; rendered: string[] }[];
};

const opened: ChatTemplate[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((template) => template.close()));
});

function render(source: string, content = 'hello'): Promise<string> {
  const template = new ChatTemplate(source, { bos_token: '<s>', eos_token: '</s>' });
  opened.push(template);
  return template.render([{ role: 'user', content }], true);
}

const doubling = (start: string, step: string) =>
  `{% set box = namespace(x=${start}) %}{% for i in range(60) %}{% set box.x = ${step} %}{% endfor %}`;

describe('a chat template', () => {
  it('sees the messages and the names that templates use', async () => {
    const source =
      '{{ bos_token }}{% for m in messages %}{{ m.role }}: {{ m.content }}{% endfor %}' +
      '{% if tools is none %} no tools{% endif %}{% if add_generation_prompt %} go{% endif %}';
    expect(await render(source)).toBe('<s>user: hello no tools go');
  });

  it.each(oracle.templates)('lays out prompts as transformers does: $model', async (known) => {
    const template = new ChatTemplate(known.source, {
      bos_token: oracle.begin,
      eos_token: oracle.end,
    });
    opened.push(template);
    for (const [index, content] of oracle.prompts.entries()) {
      const text = await template.render([{ role: 'user', content }], true);
      expect(text).toBe(known.rendered[index]);
    }
  });

  it('does not see the date, so that a run is the same tomorrow', async () => {
    const source =
      "{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% else %}none{% endif %}";
    expect(await render(source)).toBe('none');
  });

  it('runs again and again, in the order of the calls', async () => {
    const template = new ChatTemplate("{{ messages[0]['content'] }}", {
      bos_token: '',
      eos_token: '',
    });
    opened.push(template);
    const texts = await Promise.all(
      ['a', 'b', 'c'].map((content) => template.render([{ role: 'user', content }], true)),
    );
    expect(texts).toEqual(['a', 'b', 'c']);
  });

  it('lays out a prompt of a megabyte', async () => {
    expect(await render("{{ messages[0]['content'] | trim }}!", 'é '.repeat(500_000))).toHaveLength(
      1_000_000,
    );
  });

  // Which limit a growing one meets first depends on the machine.
  it.each([
    [
      'that never ends',
      'time',
      `{% for i in range(99999) %}${'{% for j in range(99999) %}{% endfor %}'}{% endfor %}`,
    ],
    [
      'that doubles a text',
      'memory|time',
      doubling("'abcdefgh'", '(box.x + box.x) | upper') + '{{ box.x }}',
    ],
    [
      'that doubles a list',
      'memory|time',
      doubling('[1, 2, 3, 4]', 'box.x + box.x') + '{{ box.x | length }}',
    ],
    ['with a huge output', 'output', `{% for i in range(99999) %}${'x'.repeat(64)}{% endfor %}`],
    ['with a huge range', 'template', '{% for i in range(999999999) %}{% endfor %}'],
    ['that calls itself', 'template', '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}'],
    ['that raises an error', 'template', "{{ raise_exception('no') }}"],
    ['that is not a template', 'template', '{% for %}'],
    ['that is nested very deeply', 'template', `{{ ${'('.repeat(50_000)}1${')'.repeat(50_000)} }}`],
  ])('%s fails with a typed error', async (_, failure, source) => {
    await expect(render(source)).rejects.toMatchObject({
      code: 'chat-template-failed',
      details: { failure: expect.stringMatching(`^(${failure})$`) as string },
    });
  });

  it('works again after a failure', async () => {
    const source = "{% if messages[0]['content'] == 'x' %}{{ raise_exception('') }}{% endif %}ok";
    const template = new ChatTemplate(source, { bos_token: '', eos_token: '' });
    opened.push(template);
    await expect(template.render([{ role: 'user', content: 'x' }], true)).rejects.toThrow();
    expect(await template.render([{ role: 'user', content: 'y' }], true)).toBe('ok');
  });
});
