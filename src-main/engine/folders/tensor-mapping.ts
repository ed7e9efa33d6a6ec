/** What Hugging Face's names of weights are called in GGUF files, whose names the graph builder knows. */
import type { Architecture } from '../gguf/architectures/architecture.ts';

const outside: ReadonlyMap<string, string> = new Map([
  ['model.embed_tokens.weight', 'token_embd.weight'],
  ['model.norm.weight', 'output_norm.weight'],
  ['lm_head.weight', 'output.weight'],
  ['score.weight', 'cls.output.weight'],
  ['score.bias', 'cls.output.bias'],
]);

const inLayer: ReadonlyMap<string, string> = new Map([
  ['self_attn.q_proj', 'attn_q'],
  ['self_attn.k_proj', 'attn_k'],
  ['self_attn.v_proj', 'attn_v'],
  ['self_attn.qkv_proj', 'attn_qkv'],
  ['self_attn.o_proj', 'attn_output'],
  ['self_attn.q_norm', 'attn_q_norm'],
  ['self_attn.k_norm', 'attn_k_norm'],
  ['mlp.gate_proj', 'ffn_gate'],
  ['mlp.up_proj', 'ffn_up'],
  ['mlp.gate_up_proj', 'ffn_up'],
  ['mlp.down_proj', 'ffn_down'],
  ['input_layernorm', 'attn_norm'],
  ['pre_feedforward_layernorm', 'ffn_norm'],
  ['post_feedforward_layernorm', 'post_ffw_norm'],
]);

const layerName = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/;
/** Old folders carry the frequencies of rotation, which follow from the configuration. */
const needless = /\.rotary_emb\.inv_freq$/;

/**
 * The name in GGUF files. Names that it does not know stay as they are, to be refused like any part too many.
 * @returns null for what nothing needs
 */
export function ggufName(name: string, { design }: Architecture): string | null {
  if (needless.test(name)) return null;
  const [, layer, part = '', kind] = layerName.exec(name) ?? [];
  if (layer === undefined) return outside.get(name) ?? name;
  const found = part === 'post_attention_layernorm' ? afterAttention(design) : inLayer.get(part);
  return found === undefined ? name : `blk.${Number(layer)}.${found}.${kind}`;
}

/** The same name stands for a norm behind attention, or for the one before feed-forward, which follows it. */
function afterAttention({ norms }: Architecture['design']): string {
  return norms === 'before' ? 'ffn_norm' : 'post_attention_norm';
}
