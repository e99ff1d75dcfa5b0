#include <array>

#include "bert/io/files/file.h"
#include "bert/io/formats/pickle.h"
#include "bert/io/formats/safetensors.h"
#include "bert/io/models/checkpoint.h"
#include "bert/io/models/sentence_transformers.h"
#include "bert/model/config.h"
#include "bert/tasks/fine_tuned.h"
#include "bert/text/tokenizer/tokenizer_files.h"
#include "core/require.h"
#include "tests/fuzz/inputs/reader.h"
#include "tests/paths.h"

namespace {

namespace fs = std::filesystem;
namespace io = bertlet::io;
namespace text = bertlet::text;

const fs::path old_run = fs::path(paths::source) / "tests/golden/old_run/run";

// The other files of a model, beside the one that varies.
void put_beside(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (!fs::exists(folder / name)) fs::copy(old_run / "best" / name, folder / name);
}

void use(const text::Tokenizer& tokenizer) {
  for (const char* line : {"the cat sat", "Ça va [MASK] [SEP]?", "中文a\xFF"}) {
    const text::Encoding encoding = tokenizer.encode(line, "a pair", {.max_length = 12});
    static_cast<void>(tokenizer.decode(encoding.ids));
  }
}

void read_vocabulary(const fs::path&, const fs::path& file) {
  for (const text::Rules rules : {text::Rules::huggingface, text::Rules::google})
    use(text::Tokenizer(text::Vocabulary::read(file, rules), {.text = {.rules = rules}}));
}

void read_tokenizer(const fs::path& folder, const fs::path&) {
  put_beside(folder, {"vocab.txt"});
  use(text::read_tokenizer(folder));
}

void cut_text(const fs::path&, const fs::path& file) {
  static const text::Tokenizer tokenizer = text::read_tokenizer(old_run / "best");
  const std::string line = io::read_file(file);
  const text::Encoding encoding = tokenizer.encode(line, line, {.max_length = 40});
  static_cast<void>(tokenizer.decode(encoding.ids));
  static_cast<void>(tokenizer.tokenize(line));
}

void read_config(const fs::path&, const fs::path& file) {
  const bertlet::bert::Config config = bertlet::bert::read_config(file);
  check(config, file.string());
  static_cast<void>(bertlet::bert::count_parameters(config));
  static_cast<void>(bertlet::bert::token_cost(config, 128));
}

void read_model(const fs::path& folder, const fs::path&) {
  put_beside(folder, {"config.json", "model.safetensors", "vocab.txt"});
  static_cast<void>(bertlet::tasks::read_fine_tuned(folder, bertlet::tasks::make_task("mlm")));
}

void read_labels(const fs::path&, const fs::path& file) { static_cast<void>(bertlet::tasks::Labels::read(file)); }

void read_tensors(const fs::path&, const fs::path& file) {
  for (const io::StoredTensor& tensor : io::open_checkpoint(file).tensors) {
    const bertlet::Array array = tensor.array();
    bertlet::require(array.size() == tensor.shape.count(), "{}: {} numbers", tensor.name, array.size());
  }
}

void read_shards(const fs::path& folder, const fs::path& file) {
  put_beside(folder, {"model.safetensors"});
  read_tensors(folder, file);
}

void read_modules(const fs::path& folder, const fs::path&) {
  fs::create_directories(folder / "1_Pooling");
  io::write_file(folder / "1_Pooling/config.json",
                 R"({"word_embedding_dimension": 8, "pooling_mode_mean_tokens": true})");
  static_cast<void>(bertlet::bert::read_sentence_modules(folder));
}

void read_pickle(const fs::path&, const fs::path& file) {
  static_cast<void>(io::read_pickle(io::read_file(file), file.string(), [](std::string_view) { return true; }));
}

void read_json(const fs::path&, const fs::path& file) {
  const std::string text = io::read_json(file).root().value().dump();
  if (io::parse_json(text, "again").root().value().dump() != text) throw std::logic_error("JSON is not what it was");
}

constexpr std::array readers = {
    Reader{"text", "text", cut_text},
    Reader{"vocabulary", "vocab.txt", read_vocabulary},
    Reader{"tokenizer", "tokenizer.json", read_tokenizer},
    Reader{"tokenizer-config", "tokenizer_config.json", read_tokenizer},
    Reader{"special-tokens", "special_tokens_map.json", read_tokenizer},
    Reader{"added-tokens", "added_tokens.json", read_tokenizer},
    Reader{"config", "config.json", read_config},
    Reader{"model-config", "config.json", read_model},
    Reader{"task", "task.json", read_model},
    Reader{"labels", "label.txt", read_labels},
    Reader{"safetensors", "f.safetensors", read_tensors},
    Reader{"torch", "f.bin", read_tensors},
    Reader{"pickle", "pickle", read_pickle},
    Reader{"shards", "model.safetensors.index.json", read_shards},
    Reader{"modules", "modules.json", read_modules},
    Reader{"json", "f.json", read_json},
};

}  // namespace

std::span<const Reader> model_readers() { return readers; }
