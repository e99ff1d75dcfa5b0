#include "bert/data/prepared_text.h"

#include <fcntl.h>
#include <fmt/format.h>

#include "bert/data/pieces.h"
#include "bert/io/files/checksum.h"
#include "bert/io/files/file.h"
#include "bert/io/json/manifest.h"
#include "core/require.h"
#include "core/warning.h"

namespace bertlet::data {

namespace {

namespace fs = std::filesystem;
using Files = std::vector<std::string>;

constexpr const char *description_name = "text.json", *corpus_name = "train.corpus",
                     *instances_name = "train.instances", *held_out_name = "held-out.instances",
                     *held_out_corpus_name = "held-out.corpus", *files_key = "files";
constexpr int64_t text_format = 1;

// Standard input and pipes are gone once they are read.
io::Json checksums(const Files& files, io::ChecksumKind kind) {
  io::Json all = io::Json::array();
  for (const std::string& file : files)
    all.push_back(fs::is_regular_file(file) ? io::file_checksum(file, kind) : "unknown");
  return all;
}

int64_t bytes_in(const Files& files) {
  int64_t bytes = 0;
  for (const std::string& file : files)
    if (fs::is_regular_file(file)) bytes += static_cast<int64_t>(fs::file_size(file));
  return bytes;
}

// How the text was made; "unknown" sources are taken for the same, as nobody can look at them again.
io::Json description_of(const TextOptions& options, const text::Tokenizer& tokenizer, io::ChecksumKind kind) {
  return {
      {"sources", {{"train", checksums(options.files, kind)}, {"held_out", checksums(options.held_out_files, kind)}}},
      {"prose", options.form == CorpusForm::prose},
      {"held_out", options.held_out_files.empty() ? io::Json(options.held_out) : io::Json()},
      {"instances", io::parse_json(description(options.instances, Pieces(tokenizer)), "instances").root().value()}};
}

void read_text(const Files& files, const TextOptions& options, const text::Tokenizer& tokenizer, const fs::path& corpus,
               const PreparedText::Progress& progress) {
  const int64_t bytes = bytes_in(files);
  write_corpus(files, tokenizer, options.form, corpus, [&](int64_t done) {
    if (progress) progress("reading text", done, bytes);
  });
}

void pack(const Corpus& corpus, const InstanceOptions& options, const text::Tokenizer& tokenizer, const fs::path& file,
          const PreparedText::Progress& progress) {
  write_instances(corpus, Pieces(tokenizer), options, file, [&](int64_t done) {
    if (progress) progress("packing instances", done, corpus.documents() * options.dupe_factor);
  });
}

}  // namespace

PreparedText::PreparedText(const TextOptions& options, const text::Tokenizer& tokenizer, fs::path folder,
                           const Progress& progress)
    : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  const io::Descriptor alone(folder_, O_RDONLY | O_DIRECTORY);
  if (!alone.lock()) {
    warn(fmt::format("{}: another process is at work in it, and is waited for", folder_.string()));
    alone.wait_for_lock();
  }
  const io::Json description = description_of(options, tokenizer, io::ChecksumKind::xxh3);
  if (!is_made_as(description) && !is_made_as(description_of(options, tokenizer, io::ChecksumKind::first))) {
    fs::remove(file(description_name));
    prepare(options, tokenizer, progress);
    describe(description);
  }
  corpus_.emplace(file(corpus_name));
  instances_.emplace(file(instances_name));
  if (fs::exists(file(held_out_name))) held_out_.emplace(file(held_out_name));
}

// What is torn or rotten is made again.
bool PreparedText::is_made_as(const io::Json& description) const {
  if (!fs::exists(file(description_name))) return false;
  try {
    const io::JsonDocument document = io::read_sealed(file(description_name), text_format);
    if (document.root().has(files_key)) io::check_manifest(folder_, document.root()[files_key]);
    io::Json there = document.root().value();
    for (const char* key : {"format", "checksum", files_key}) there.erase(key);
    return there == description;
  } catch (const Error& error) {
    warn(fmt::format("{}: the text is prepared again", error.what()));
    return false;
  }
}

void PreparedText::describe(io::Json description) const {
  std::vector<std::string> names = {corpus_name, instances_name};
  for (const char* name : {held_out_corpus_name, held_out_name})
    if (fs::exists(file(name))) names.emplace_back(name);
  description[files_key] = io::manifest_of(folder_, names);
  io::write_file(file(description_name), io::sealed(std::move(description), text_format));
}

void PreparedText::prepare(const TextOptions& options, const text::Tokenizer& tokenizer,
                           const Progress& progress) const {
  for (const char* name : {held_out_corpus_name, held_out_name}) fs::remove(file(name));
  read_text(options.files, options, tokenizer, file(corpus_name), progress);
  hold_out(options, tokenizer, progress);
  pack(Corpus(file(corpus_name)), options.instances, tokenizer, file(instances_name), progress);
}

// One round of the held-out text is enough: it is only measured on.
void PreparedText::hold_out(const TextOptions& options, const text::Tokenizer& tokenizer,
                            const Progress& progress) const {
  const fs::path corpus = file(held_out_corpus_name);
  if (!options.held_out_files.empty()) {
    read_text(options.held_out_files, options, tokenizer, corpus, progress);
  } else {
    if (options.held_out == 0) return;
    if (Corpus(file(corpus_name)).documents() < 2) {
      warn("the text is one document: nothing of it is held out to try the model on");
      return;
    }
    split_corpus(Corpus(file(corpus_name)), options.held_out, options.instances.seed, file(corpus_name), corpus);
  }
  InstanceOptions once = options.instances;
  once.dupe_factor = 1;
  pack(Corpus(corpus), once, tokenizer, file(held_out_name), progress);
}

double follows_rate(const Instances& instances) {
  int64_t follow = 0, pairs = 0;
  for (int64_t i = 0; i < instances.size(); i += instances.size() / 10000 + 1) {
    const Pair pair = instances.read(i).pair;
    follow += pair == Pair::follows;
    pairs += pair != Pair::none;
  }
  return pairs == 0 ? 0 : static_cast<double>(follow) / static_cast<double>(pairs);
}

}  // namespace bertlet::data
