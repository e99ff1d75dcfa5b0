#include <fmt/format.h>

#include "apps/bertlet/command.h"
#include "apps/bertlet/model/int8_report.h"
#include "apps/bertlet/model/model_copy.h"
#include "bert/io/json/document.h"
#include "bert/io/models/int8.h"

namespace apps {

namespace {

namespace io = bertlet::io;

struct ConvertOptions {
  CommonOptions common;
  std::string in, out, dtype, data;
  double shard_mb = 5000;
  int64_t keep = 0;
  bool int8 = false, force = false;

  void visit(const options::Visitor& f);
};

void ConvertOptions::visit(const options::Visitor& f) {
  f({"in", &in, "A model directory, a run or a file of tensors", {.type = "IN", .needed = true, .by_place = true}});
  f({"out", &out, "A directory, or a name in .safetensors", {.type = "OUT", .needed = true, .by_place = true}});
  f({"dtype",
     &dtype,
     "What numbers become; if not given, they stay as they are",
     {.values = {"float64", "float32", "float16", "bfloat16"}, .type = "TYPE"}});
  f({"int8", &int8, "Dense layers' weights in whole numbers of 8 bits, and a report of what that costs"});
  f({"data", &data, "For the report: texts, one a line, of which the first 64 are read", {.type = "FILE"}});
  f({"keep", &keep, "Layers that stay as they are: those that int8 costs most", {.least = 0}});
  f({"shard-size", &shard_mb, "The most megabytes of one file, in a directory", {.least = 1e-6, .most = 1e9}});
  f({"force", &force, "Write over what is there, but never over what is read"});
  common.visit(f);
}

constexpr const char* about_convert =
    R"(IN is a model directory, a run or a file in any form: safetensors, pytorch_model.bin old or new, or the index of
several files. OUT is a file NAME.safetensors, or a directory, which gets all that belongs to the model: configuration,
vocabulary, labels, task. Tensors get the names that transformers give them today; an optimizer's are left out.

With --int8 the weights of dense layers take a quarter of the room: whole numbers from -127 to 127, and a number for each
row by which they are multiplied. Embeddings, biases and norms stay. predict, evaluate, encode, fill-mask and generate
multiply such weights in 8 bits; other commands, and --dtype float32, make floats of them again. The report says for each
layer how much of its weights rounding takes away and, with --data, how far the last layer's states move if this layer
alone is rounded: lengths of differences over lengths. --keep 2 leaves the two layers as they are that move them most.

Example: bertlet convert model /tmp/half --dtype float16
         bertlet convert model /tmp/small --int8 --data texts.txt --keep 1)";

io::NumberType type_of(const io::StoredTensor& tensor, std::string_view dtype) {
  for (const io::NumberTypeInfo& wanted : io::number_types())
    if (wanted.name == dtype && (!io::is_whole(tensor.type) || tensor.scales)) return wanted.type;
  return tensor.type;
}

std::vector<io::OutgoingTensor> outgoing(const ModelSource& source, const ConvertOptions& options,
                                         const Int8Report& report) {
  std::vector<io::OutgoingTensor> tensors;
  for (const io::StoredTensor& tensor : source.checkpoint.tensors) {
    const std::string name = name_in(source, tensor.name);
    if (options.int8 && report.rounds(tensor))
      io::add_int8(tensors, name, tensor);
    else
      io::add_copy(tensors, name, tensor, type_of(tensor, options.dtype));
  }
  return tensors;
}

int run_convert(const ConvertOptions& options) {
  options.common.apply();
  if (!options.int8 && (options.keep > 0 || !options.data.empty()))
    throw WrongUsage("--keep and --data say how --int8 is done: want it too");
  if (options.int8 && !options.dtype.empty()) throw WrongUsage("--int8 and --dtype: want one of them");
  const ModelSource source = open_source(options.in);
  check_output(source, options.out, options.force);
  const Int8Report report =
      options.int8 ? int8_report(source, options.data, options.keep, options.common) : Int8Report();
  const std::vector<io::OutgoingTensor> tensors = outgoing(source, options, report);
  write_copy(source, tensors, options.out, {.shard_mb = options.shard_mb, .quiet = options.common.quiet});
  const std::string& form = source.checkpoint.form;
  if (options.common.json) {
    io::Json json{{"form", form}, {"tensors", tensors.size()}, {"bytes", bytes_of(tensors)}};
    if (options.int8) json["int8"] = report.json();
    fmt::print("{}\n", json.dump());
    return 0;
  }
  if (options.common.quiet) return 0;
  if (options.int8) fmt::print("{}", report.text());
  fmt::print("{}: {} tensors, {:.1f} MB, from {}\n", options.out, tensors.size(),
             static_cast<double>(bytes_of(tensors)) * 1e-6, form);
  return 0;
}

}  // namespace

void add_convert(const Command& program) {
  const auto options = std::make_shared<ConvertOptions>();
  Command command = program.add("convert", "Checkpoints in one form and another", about_convert);
  command.options(*options);
  command.runs([options] { return run_convert(*options); });
}

}  // namespace apps
