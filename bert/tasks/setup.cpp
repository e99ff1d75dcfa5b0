#include "bert/tasks/setup.h"

#include <algorithm>
#include <array>

#include "bert/io/file.h"

namespace bertlet::tasks {

namespace {

constexpr const char* file_name = "task.json";
constexpr std::array<const char*, 3> parts = {"head", "tail", "head-and-tail"};

text::Part part_of(const io::JsonPlace& from) {
  const auto found = std::ranges::find(parts, from.string());
  if (found == parts.end()) from.refuse("head, tail or head-and-tail");
  return static_cast<text::Part>(found - parts.begin());
}

}  // namespace

io::Json json_of(const Setup& setup) {
  const DataOptions& data = setup.data;
  return {{"task", setup.task},
          {"head", setup.top.head_on_top},
          {"layers", setup.top.layers},
          {"pool", setup.top.pool},
          {"width", setup.top.width},
          {"kernels", setup.top.kernels},
          {"crf", setup.crf},
          {"objective", setup.objective},
          {"threshold", setup.threshold},
          {"mask_rate", setup.mask_rate},
          {"whole_words", setup.whole_words},
          {"max_length", data.max_length},
          {"part", parts[static_cast<std::size_t>(data.part)]},
          {"windows", data.windows},
          {"stride", data.stride}};
}

Setup read_setup(const std::filesystem::path& directory) {
  const io::JsonDocument file = io::read_json(directory / file_name);
  const io::JsonPlace from = file.root();
  Setup to{.task = from["task"].string(), .crf = from["crf"].boolean(), .objective = from["objective"].string()};
  to.top = {.head_on_top = from["head"].string(),
            .layers = from["layers"].string(),
            .pool = from["pool"].string(),
            .width = from["width"].integer()};
  to.top.kernels.clear();
  for (std::size_t i = 0; i < from["kernels"].size(); ++i) to.top.kernels.push_back(from["kernels"][i].integer());
  to.threshold = from["threshold"].number();
  to.mask_rate = from["mask_rate"].number();
  to.whole_words = from["whole_words"].boolean();
  to.data.max_length = from["max_length"].integer();
  to.data.part = part_of(from["part"]);
  to.data.windows = from["windows"].boolean();
  to.data.stride = from["stride"].integer();
  return to;
}

void write_setup(const Setup& setup, const std::filesystem::path& directory) {
  io::write_file(directory / file_name, json_of(setup).dump(1) + "\n");
}

}  // namespace bertlet::tasks
