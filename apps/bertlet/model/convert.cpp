#include <fmt/format.h>

#include "apps/bertlet/command.h"
#include "apps/bertlet/model/model_copy.h"
#include "bert/io/json/document.h"

namespace apps {

namespace {

namespace io = bertlet::io;

struct ConvertOptions {
  CommonOptions common;
  std::string in, out, dtype;
  double shard_mb = 5000;
  bool force = false;

  void visit(const options::Visitor& f);
};

void ConvertOptions::visit(const options::Visitor& f) {
  f({"in", &in, "A model directory, a run or a file of tensors", {.type = "IN", .needed = true, .by_place = true}});
  f({"out", &out, "A directory, or a name in .safetensors", {.type = "OUT", .needed = true, .by_place = true}});
  f({"dtype",
     &dtype,
     "What numbers become; if not given, they stay as they are",
     {.values = {"float64", "float32", "float16", "bfloat16"}, .type = "TYPE"}});
  f({"shard-size", &shard_mb, "The most megabytes of one file, in a directory", {.least = 1e-6, .most = 1e9}});
  f({"force", &force, "Write over what is there, but never over what is read"});
  common.visit(f);
}

constexpr const char* about_convert =
    R"(IN is a model directory, a run or a file in any form: safetensors, pytorch_model.bin old or new, or the index of
several files. OUT is a file NAME.safetensors, or a directory, which gets all that belongs to the model: configuration,
vocabulary, labels, task. Tensors get the names that transformers give them today; an optimizer's are left out.

Example: bertlet convert model /tmp/half --dtype float16)";

std::vector<io::OutgoingTensor> outgoing(const ModelSource& source, std::string_view dtype) {
  std::vector<io::OutgoingTensor> tensors;
  for (const io::StoredTensor& tensor : source.checkpoint.tensors) {
    io::NumberType type = tensor.type;
    for (const io::NumberTypeInfo& wanted : io::number_types())
      if (wanted.name == dtype && !io::is_whole(type)) type = wanted.type;
    tensors.push_back(io::outgoing(tensor, type));
    tensors.back().name = name_in(source, tensor.name);
  }
  return tensors;
}

int run_convert(const ConvertOptions& options) {
  options.common.apply();
  const ModelSource source = open_source(options.in);
  check_output(source, options.out, options.force);
  const std::vector<io::OutgoingTensor> tensors = outgoing(source, options.dtype);
  write_copy(source, tensors, options.out, {.shard_mb = options.shard_mb, .quiet = options.common.quiet});
  const std::string& form = source.checkpoint.form;
  if (options.common.json)
    fmt::print("{}\n", io::Json{{"form", form}, {"tensors", tensors.size()}, {"bytes", bytes_of(tensors)}}.dump());
  else if (!options.common.quiet)
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
