#pragma once
#include <span>
#include <string>
#include <vector>

#include "bert/data/random.h"
#include "bert/io/files/mapped_file.h"

namespace bertlet::data {

int64_t bytes_of(int64_t number);  // that it takes in a record

// Files of records, which may be larger than memory: a record is a row of numbers that are not negative, and any
// record can be read at once.
//
//   bertlet corpus 1 {"vocab_size":30522, …}    a line of text: what it is, the version, what made it
//   records                                     each number in 7-bit digits, the low one first; all but the last + 128
//   places                                      of the records, 8 bytes each, little-endian, in the records' order
//   count, place of the places, "bertlet\n"     8 bytes each
//
// In memory are the places while a file is written, 8 bytes a record, and nothing while it is read.
class RecordWriter {
 public:
  RecordWriter(const std::filesystem::path& path, const std::string& kind, const std::string& made_by);

  void add(std::span<const int64_t> numbers);
  int64_t size() const { return std::ssize(places_); }
  void shuffle(Random& random) { random.shuffle(places_); }  // the order in which they will be read
  void commit();                                             // the file is there from now on

 private:
  void flush();
  void word(std::uint64_t x);

  io::FileWriter file_;
  std::string waiting_;
  std::uint64_t written_ = 0;
  std::vector<std::uint64_t> places_;
};

class Records {
 public:
  Records(const std::filesystem::path& path, const std::string& kind);

  int64_t size() const { return static_cast<int64_t>(count_); }
  const std::string& made_by() const { return made_by_; }
  const std::string& name() const { return file_.name(); }

  // Reads a record from its front. A number that is not there, or larger than it may be, is an error.
  class Reader {
   public:
    int64_t number(int64_t most);
    std::vector<int64_t> numbers(int64_t count, int64_t most);
    std::vector<int64_t> numbers_in(int64_t bytes, int64_t most);
    void skip(int64_t bytes);
    [[noreturn]] void refuse() const;  // the record makes no sense

   private:
    friend class Records;
    Reader(const Records& records, int64_t record);

    const Records* records_;
    int64_t record_;
    std::string_view bytes_;
  };
  Reader read(int64_t record) const { return {*this, record}; }

 private:
  std::uint64_t word(std::uint64_t place) const;

  io::MappedFile file_;
  std::string made_by_;
  std::uint64_t begin_ = 0, end_ = 0, count_ = 0;  // of the records' bytes
};

}  // namespace bertlet::data
