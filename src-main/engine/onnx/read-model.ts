/**
 * Reads an ONNX file without its weights: whatever is large stays where it lies, in this file or in one beside it, and
 * only its place is remembered. Everything that is read is checked before it is believed.
 */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { WinnowError } from '../../contract/errors.ts';
import type { ModelFolder } from '../folders/model-folder.ts';
import { DataFiles, type DataFile } from './data-files.ts';
import { float32, tensorBytes } from './element-types.ts';
import { damagedExport, truncatedExport, unreadableExport, unsupportedExport } from './faults.ts';
import {
  decodeOperatorSet,
  decodeTensor,
  decodeValue,
  type OperatorSet,
  type TensorHeader,
  type ValueHeader,
} from './schema.ts';
import { wireTypes, WireReader, type WireField } from './wire.ts';

/** A constant of the graph. */
export interface ExportedTensor {
  name: string;
  dims: number[];
  elementType: number;
  /** The whole message as it was in the file, for small ones; null where the data stay in a file. */
  message: Uint8Array | null;
  data: { file: DataFile; offset: number; length: number } | null;
}

export interface ExportedModel {
  /** Its name in the model's folder. */
  file: string;
  irVersion: number;
  operatorSets: OperatorSet[];
  /** Their messages, in order. */
  nodes: Uint8Array[];
  functions: Uint8Array[];
  sparseTensors: Uint8Array[];
  tensors: ExportedTensor[];
  inputs: ValueHeader[];
  outputs: ValueHeader[];
  files: DataFiles;
}

/** Smaller data stay in the graph, where onnxruntime can use them to work out shapes. */
const smallBytes = 1024;

const modelFields = { irVersion: 1, graph: 7, operatorSet: 8, function: 25 } as const;
const graphFields = { node: 1, tensor: 5, input: 11, output: 12, sparseTensor: 15 } as const;
const tensorFields = { floats: 4, rawData: 9 } as const;

/**
 * @param file its name in the folder ("onnx/model.onnx")
 * @throws model-damaged, model-truncated, model-unreadable, model-format-unsupported
 */
export async function readExportedModel(folder: ModelFolder, file: string): Promise<ExportedModel> {
  const files = new DataFiles(folder, file);
  const own = await files.find(basename(file));
  const handle = await open(own.path).catch((error: unknown) => {
    throw unreadableExport(file, error);
  });
  try {
    const reader = new WireReader(handle, basename(file), own.sizeBytes);
    const model: ExportedModel = {
      file,
      irVersion: 0,
      operatorSets: [],
      nodes: [],
      functions: [],
      sparseTensors: [],
      tensors: [],
      inputs: [],
      outputs: [],
      files,
    };
    await readModel(reader, model, own);
    return model;
  } catch (error) {
    throw error instanceof WinnowError ? error : unreadableExport(file, error);
  } finally {
    await handle.close();
  }
}

async function readModel(reader: WireReader, model: ExportedModel, own: DataFile): Promise<void> {
  let graphs = 0;
  for await (const field of reader.fields(0, reader.sizeBytes)) {
    const { number, offset, length } = field;
    if (number === modelFields.irVersion) model.irVersion = await reader.number(field);
    else if (number === modelFields.operatorSet) {
      model.operatorSets.push(await read(reader, field, decodeOperatorSet));
    } else if (number === modelFields.function) {
      model.functions.push(await reader.keep(offset, length));
    } else if (number === modelFields.graph) {
      requireMessage(field);
      graphs += 1;
      await readGraph(reader, field, model, own);
    }
  }
  if (graphs !== 1) throw damagedExport('it holds no graph, or several');
  checkNames(model);
}

async function readGraph(
  reader: WireReader,
  graph: WireField,
  model: ExportedModel,
  own: DataFile,
): Promise<void> {
  for await (const field of reader.fields(graph.offset, graph.offset + graph.length)) {
    const { number, offset, length } = field;
    if (number === graphFields.node) {
      requireMessage(field);
      model.nodes.push(await reader.keep(offset, length));
    } else if (number === graphFields.sparseTensor) {
      model.sparseTensors.push(await reader.keep(offset, length));
    } else if (number === graphFields.input) {
      model.inputs.push(await read(reader, field, decodeValue));
    } else if (number === graphFields.output) {
      model.outputs.push(await read(reader, field, decodeValue));
    } else if (number === graphFields.tensor) {
      requireMessage(field);
      model.tensors.push(await readTensor(reader, field, model.files, own));
    }
  }
}

/** A tensor's message without its data where they are large; these are then named by their place. */
async function readTensor(
  reader: WireReader,
  tensor: WireField,
  files: DataFiles,
  own: DataFile,
): Promise<ExportedTensor> {
  const small: Uint8Array[] = [];
  let large: WireField | null = null;
  for await (const field of reader.fields(tensor.offset, tensor.offset + tensor.length)) {
    const isData = field.number === tensorFields.rawData || field.number === tensorFields.floats;
    if (isData && field.type === wireTypes.bytes && field.length >= smallBytes) {
      if (large !== null) throw damagedExport('a tensor in it has its numbers twice');
      large = field;
    } else small.push(await reader.keep(field.start, field.offset + field.length - field.start));
  }
  const message = Buffer.concat(small);
  const header = decoded(message, decodeTensor);
  const { name, dims, dataType: elementType } = header;
  if (dims.some((length) => length < 0 || !Number.isSafeInteger(length))) {
    throw damagedExport(`the tensor "${name}" has an impossible shape`);
  }
  const found = { name, dims, elementType };
  if (header.dataLocation === 1) {
    if (large !== null) throw damagedExport(`the tensor "${name}" has its numbers twice`);
    return { ...found, message: null, data: await placeOf(header, files) };
  }
  if (large === null) return { ...found, message, data: null };
  const { number, offset, length } = large;
  const plain = number === tensorFields.rawData || elementType === float32;
  if (!plain || tensorBytes(elementType, dims) !== length) {
    throw damagedExport(`the tensor "${name}" has not as many numbers as its shape says`);
  }
  return { ...found, message: null, data: { file: own, offset, length } };
}

/** Where the data of a tensor lie that keeps them in another file. */
async function placeOf(
  { name, dims, dataType, externalData }: TensorHeader,
  files: DataFiles,
): Promise<{ file: DataFile; offset: number; length: number }> {
  const entries = new Map(externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  const needed = tensorBytes(dataType, dims);
  if (needed === null) {
    throw unsupportedExport(
      `The tensor "${name}" of this ONNX model holds a kind of number that Winnow does not know.`,
      { dataType },
    );
  }
  const offset = wholeNumber(entries.get('offset') ?? '0');
  const length = wholeNumber(entries.get('length') ?? String(needed));
  if (location === '' || offset === null || length !== needed) {
    throw damagedExport(`the place of the tensor "${name}" in its file makes no sense`);
  }
  const file = await files.find(location);
  if (offset + length > file.sizeBytes) throw truncatedExport(location, { offset, length });
  return { file, offset, length };
}

function wholeNumber(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

async function read<Message>(
  reader: WireReader,
  field: WireField,
  decode: (bytes: Uint8Array) => Message,
): Promise<Message> {
  requireMessage(field);
  return decoded(await reader.keep(field.offset, field.length), decode);
}

function requireMessage({ type }: WireField): void {
  if (type !== wireTypes.bytes) throw damagedExport('its structure is broken');
}

/** @throws model-damaged where the bytes are no such message */
export function decoded<Message>(
  bytes: Uint8Array,
  decode: (bytes: Uint8Array) => Message,
): Message {
  try {
    return decode(bytes);
  } catch (error) {
    throw damagedExport('its structure is broken', {
      cause: error instanceof Error ? error.message : '',
    });
  }
}

/** A name stands for one constant or input. (Old files list constants among the inputs too.) */
function checkNames(model: ExportedModel): void {
  const constants = new Set(model.tensors.map(({ name }) => name));
  model.inputs = model.inputs.filter(({ name }) => !constants.has(name));
  const names = [...model.inputs.map(({ name }) => name), ...constants];
  const unique = new Set(names).size === names.length && constants.size === model.tensors.length;
  if (!unique || names.includes(''))
    throw damagedExport('two parts of it have the same name, or none');
}
