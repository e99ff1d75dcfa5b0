#pragma once
#include <optional>

#include "bert/data/instances.h"
#include "bert/io/json/document.h"

namespace bertlet::data {

struct TextOptions {
  std::vector<std::string> files = {};
  std::vector<std::string> held_out_files = {};  // what a model is tried on and not trained on; or
  double held_out = 0.05;                        // this share of the documents
  CorpusForm form = CorpusForm::lines;
  InstanceOptions instances = {};
};

// Text as a model is pre-trained on it: corpora and instances in a folder. What is there already, and was made from the
// same text in the same way, is used again, whatever its files were called; what is torn is made again. Several
// processes may share a folder: one makes the text, and the others wait for it.
//
//   const PreparedText text({.files = {"a.txt", "b.txt"}}, tokenizer, "run/text");
//   text.instances().read(0);
class PreparedText {
 public:
  // Called while it goes on, with what is done and how much of it, in bytes or documents.
  using Progress = std::function<void(const char* what, int64_t done, int64_t all)>;

  PreparedText(const TextOptions& options, const text::Tokenizer& tokenizer, std::filesystem::path folder,
               const Progress& progress = {});

  const Corpus& corpus() const { return *corpus_; }
  const Instances& instances() const { return *instances_; }
  const Instances* held_out() const { return held_out_ ? &*held_out_ : nullptr; }  // null if there is no such text

 private:
  void prepare(const TextOptions& options, const text::Tokenizer& tokenizer, const Progress& progress) const;
  void hold_out(const TextOptions& options, const text::Tokenizer& tokenizer, const Progress& progress) const;
  bool is_made_as(const io::Json& description) const;
  void describe(io::Json description) const;
  std::filesystem::path file(const char* name) const { return folder_ / name; }

  std::filesystem::path folder_;
  std::optional<Corpus> corpus_;
  std::optional<Instances> instances_, held_out_;
};

// The share of instances whose second segment follows the first, of all that have two, as seen in ten thousand.
double follows_rate(const Instances& instances);

}  // namespace bertlet::data
