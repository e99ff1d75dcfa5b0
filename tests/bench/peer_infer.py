"""BERT base with pooler in other engines, measured in turns: each line of standard input is `BATCH LENGTH full|uniform`. Sequences of
unlike lengths are sorted and cut into batches of like length where that is faster than pads: BUCKETS says how many.

usage: python tests/bench/peer_infer.py torch|compiled|openvino|onnxruntime|ctranslate2 fp32|bf16|int8 FOLDER [THREADS]
FOLDER keeps the models that are made for the engines at their first use.
"""
import pathlib
import sys
import time

import numpy
import torch
import transformers

from peer_turns import random_lengths, take_turns

engine, precision, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
threads = int(sys.argv[4]) if len(sys.argv) > 4 else 2
torch.set_num_threads(threads)
BUCKETS = 4
NAMES = ["input_ids", "attention_mask", "token_type_ids"]


def made(name, make):
    """The file or folder, made if it is not there, and not left half made."""
    path, begun = folder / name, folder / f"begun-{name}"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        make(begun)
        begun.rename(path)
    return path


def bert():
    torch.manual_seed(1)
    return transformers.BertModel(transformers.BertConfig()).eval()


def save(path):
    """With a tokenizer, which converters ask for."""
    bert().save_pretrained(path)
    (path / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *(f"word{i}" for i in range(5, 30522))]), encoding="utf8")
    transformers.BertTokenizerFast(str(path / "vocab.txt")).save_pretrained(path)


class Plain(torch.nn.Module):
    """With results that exporters know."""

    def __init__(self):
        super().__init__()
        self.bert = bert()

    def forward(self, input_ids, attention_mask, token_type_ids):
        result = self.bert(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return result.last_hidden_state, result.pooler_output


def example():
    return {"input_ids": torch.randint(5, 30522, (2, 16)), "attention_mask": torch.ones(2, 16).long(), "token_type_ids": torch.zeros(2, 16).long()}


def export(path):
    axes = {name: {0: "batch", 1: "length"} for name in NAMES}
    torch.onnx.export(Plain(), tuple(example().values()), str(path), input_names=NAMES, output_names=["rows", "pooled"],
                      dynamic_axes=axes, opset_version=17, dynamo=False)


def onnx():
    return made("base.onnx", export)


def with_quantized_weights(path):
    """Activations are quantized as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(onnx(), path, weight_type=QuantType.QInt8, per_channel=True)


def with_quantized_products(path):
    """Weights and activations, these by ranges seen beforehand. OpenVINO takes such a model as its own int8."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    class Examples(CalibrationDataReader):
        left = 4

        def get_next(self):
            self.left -= 1
            return {name: value.numpy() for name, value in example().items()} if self.left >= 0 else None

    quantize_static(onnx(), path, Examples(), quant_format=QuantFormat.QDQ, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
                    per_channel=True, op_types_to_quantize=["MatMul", "Gemm"])


def onnx_for(int8_name, make_int8):
    return made(int8_name, make_int8) if precision == "int8" else onnx()


def openvino_runner():
    import openvino

    kind = "bf16" if precision == "bf16" else "f32"
    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": kind}
    model = openvino.Core().compile_model(str(onnx_for("base-static.onnx", with_quantized_products)), "CPU", settings)
    request = model.create_infer_request()
    return lambda inputs: request.infer(inputs, share_inputs=True)


def onnxruntime_runner(int8_name, make_int8):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(onnx_for(int8_name, make_int8)), options, providers=["CPUExecutionProvider"])
    return lambda inputs: session.run(None, inputs)


def torch_runner(way):
    model = torch.compile(bert(), dynamic=True) if way == "compiled" else bert()

    def run(inputs):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            model(**inputs)

    return run


def ctranslate2_runner():
    import ctranslate2

    class Converter(ctranslate2.converters.TransformersConverter):
        def load_model(self, model_class, name, **settings):
            settings.pop("dtype", None)  # which this transformers does not know; float32 is its default
            return super().load_model(model_class, name, **settings)

    def convert(path):
        Converter(str(made("base-transformers", save))).convert(str(path))

    kind = {"fp32": "float32", "bf16": "bfloat16", "int8": "int8"}[precision]
    encoder = ctranslate2.Encoder(str(made("base-ctranslate2", convert)), compute_type=kind, inter_threads=1, intra_threads=threads)
    return lambda texts: encoder.forward_batch(texts)


def padded(texts):
    length = max(map(len, texts))
    mask = [[1] * len(text) + [0] * (length - len(text)) for text in texts]
    ids = [text + [0] * (length - len(text)) for text in texts]
    return dict(zip(NAMES, (numpy.array(x, dtype=numpy.int64) for x in (ids, mask, [[0] * length] * len(texts)))))


def inputs_of(texts):
    """As the engine takes them; texts of one length need no mask in PyTorch."""
    if engine == "ctranslate2":
        return texts
    inputs = padded(texts)
    if engine not in ("torch", "compiled"):
        return inputs
    tensors = {name: torch.from_numpy(value) for name, value in inputs.items()}
    if tensors["attention_mask"].all():
        del tensors["attention_mask"]
    return tensors


RUNNERS = {
    "torch": lambda: torch_runner("eager"),
    "compiled": lambda: torch_runner("compiled"),
    "openvino": openvino_runner,
    "onnxruntime": lambda: onnxruntime_runner("base-dynamic.onnx", with_quantized_weights),
    "onnxruntime-static": lambda: onnxruntime_runner("base-static.onnx", with_quantized_products),
    "ctranslate2": ctranslate2_runner,
}
run = RUNNERS[engine]()


def in_parts(texts, parts):
    order = sorted(texts, key=len)
    batches = [inputs_of(order[len(order) * i // parts : len(order) * (i + 1) // parts]) for i in range(parts)]

    def measured():
        for batch in batches:
            run(batch)

    return measured


def faster(ways):
    def seconds(way):
        way()
        begin = time.perf_counter()
        way()
        return time.perf_counter() - begin

    return min(ways, key=seconds)


def round_of(line):
    batch, length, kind = line.split()
    texts = [torch.randint(5, 30522, (n,)).tolist() for n in random_lengths(int(batch), int(length), kind)]
    whole, parts = in_parts(texts, 1), min(BUCKETS, len(texts))
    return whole if kind == "full" else faster([whole, in_parts(texts, parts)])


take_turns(round_of)
