import { describe, expect, it } from 'vitest';
import type { DeviceName } from '../../../../src-main/contract/engine.ts';
import { WinnowError } from '../../../../src-main/contract/errors.ts';
import { explainDeviceFault } from '../../../../src-main/engine/devices/device-faults.ts';

/** What onnxruntime and the drivers really said, as people reported it (numbers of onnxruntime's issues where not told). */
const recorded: [string, DeviceName, 'out-of-memory' | 'device-failed', boolean, string][] = [
  [
    'CUDA, no memory (9939)',
    'cuda',
    'out-of-memory',
    false,
    "Non-zero status code returned while running FusedMatMul node. Name:'MatMul_92_FusedMatMulAndScale' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:331 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to allocate memory for requested buffer of size 8388608000",
  ],
  [
    'CUDA, an illegal access (26312)',
    'cuda',
    'device-failed',
    true,
    'CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=10cb601a4a05 ; file=core/providers/cuda/gpu_data_transfer.cc ; line=63 ; expr=cudaMemcpyAsync(dst_data, src_data, bytes, cudaMemcpyHostToDevice, static_cast<cudaStream_t>(stream.GetHandle()));',
  ],
  [
    'CUDA, the driver was loaded again (C0untFloyd/roop-unleashed 32)',
    'cuda',
    'device-failed',
    true,
    'CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=BALYN-OMAVEL ; file=D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\cuda\\gpu_data_transfer.cc ; line=73 ; expr=cudaMemcpyAsync(dst_data, src_data, bytes, cudaMemcpyDeviceToHost, static_cast<cudaStream_t>(stream.GetHandle()));',
  ],
  [
    'CUDA, at the start (14211)',
    'cuda',
    'device-failed',
    true,
    '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:122 bool onnxruntime::CudaCall(ERRTYPE, const char*, const char*, ERRTYPE, const char*) CUDA failure 999: unknown error ; GPU=192915439 ; expr=cudaSetDevice(info_.device_id);',
  ],
  [
    'CUDA, a library is missing (19616)',
    'cuda',
    'device-failed',
    false,
    '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1209 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library libonnxruntime_providers_cuda.so with error: libcudnn.so.8: cannot open shared object file: No such file or directory',
  ],
  [
    'DirectML, no memory (huggingface/diffusers 552)',
    'dml',
    'out-of-memory',
    false,
    "Non-zero status code returned while running MemcpyToHost node. Name:'Memcpy_token_29' Status Message: D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\dml\\DmlExecutionProvider\\src\\MLOperatorAuthorImpl.cpp(1978)\\onnxruntime_pybind11_state.pyd!00007FFBDC8EBB9F: (caller: 00007FFBDCFFDEFF) Exception(3) tid(4304) 8007000E Not enough memory resources are available to complete this operation.",
  ],
  [
    'DirectML, suspended (22700)',
    'dml',
    'device-failed',
    true,
    'D:\\a\\_work\\1\\s\\onnxruntime\\core\\providers\\dml\\DmlExecutionProvider\\src\\ExecutionProvider.cpp(962)\\onnxruntime_pybind11_state.pyd!00007FFABA30B0B1: (caller: 00007FFABA30B740) Exception(3) tid(5a68) 887A0005 The GPU device instance has been suspended. Use GetDeviceRemovedReason to determine the appropriate action.',
  ],
  [
    'DirectML, hung (28495)',
    'dml',
    'device-failed',
    true,
    'DmlGraphFusionHelper.cpp(1078) 887A0006 The GPU will not respond to more commands, most likely because of an invalid command passed by the calling application.',
  ],
  [
    'WebGPU, no memory (25195)',
    'webgpu',
    'out-of-memory',
    false,
    'webgpu_context.cc:120 operator()] WebGPU device error(2): Out of memory',
  ],
  [
    'WebGPU, a buffer too large (25195)',
    'webgpu',
    'out-of-memory',
    false,
    'Buffer size (3185049600) exceeds the max buffer size limit (1073741824)',
  ],
  [
    'WebGPU, lost (playcanvas/engine 6677)',
    'webgpu',
    'device-failed',
    true,
    "AbortError: Failed to execute 'mapAsync' on 'GPUBuffer': Device is lost",
  ],
  [
    'WebGPU, invalid after an error (kessler/gemma-gem 1)',
    'webgpu',
    'device-failed',
    true,
    "failed to call OrtRun(). ERROR_CODE: 1, ERROR_MESSAGE: onnxruntime/core/providers/webgpu/buffer_manager.cc:543 status == wgpu::MapAsyncStatus::Success was false. Failed to download data from buffer: Failed to execute 'mapAsync' on 'GPUBuffer': [Invalid Buffer (unlabeled)] is invalid due to a previous error.",
  ],
  [
    'Core ML (26355)',
    'coreml',
    'device-failed',
    false,
    "Non-zero status code returned while running 12615810092392341640_CoreML_12615810092392341640_3 node. Name:'CoreMLExecutionProvider_12615810092392341640_CoreML_12615810092392341640_3_3' Status Message: Error executing model: Unable to compute the prediction using a neural network model. It can be an invalid input data or broken/unsupported model (error code: -1).",
  ],
];

describe('what a device’s driver says', () => {
  it.each(recorded)('%s', (_name, device, code, lost, text) => {
    const told = explainDeviceFault(new Error(text), device);
    expect(told).toBeInstanceOf(WinnowError);
    expect(told).toMatchObject({ code });
    if (code === 'device-failed') expect(told).toMatchObject({ details: { device, lost } });
  });

  it('is no device’s fault on the processor', () => {
    const thrown = new Error('Non-zero status code returned while running Gather node.');
    expect(explainDeviceFault(thrown, 'cpu')).toBe(thrown);
  });

  it('may be behind a model that seems damaged, but not on the processor', () => {
    const cause = 'WebGPU device lost (1): unplugged';
    const damaged = new WinnowError('model-damaged', 'It is damaged.', 'Fetch it again.', {
      cause,
    });
    expect(explainDeviceFault(damaged, 'webgpu')).toMatchObject({
      code: 'device-failed',
      details: { lost: true },
    });
    expect(explainDeviceFault(damaged, 'cpu')).toBe(damaged);
  });

  it('does not hide an error that is told already', () => {
    const told = new WinnowError('cancelled', 'The run was stopped.', 'Start it again.');
    expect(explainDeviceFault(told, 'webgpu')).toBe(told);
  });
});
